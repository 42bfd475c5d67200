/**
 * The one fixture that owns the databases of all integration tests: it finds servers, knows which
 * storage tier each stands for, and gives every test a database of its own on each of them.
 */
package io.harvester.testing;
