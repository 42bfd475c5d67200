// SPDX-License-Identifier: Apache-2.0
/**
 * The fixture of all integration tests: it finds a database server for each storage tier, and
 * creates a database for every test on each of them.
 */
package io.harvester.testing;
