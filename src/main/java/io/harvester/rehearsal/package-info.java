/**
 * Makes the JVM compile the way of a sample while the service starts, by made-up requests that go
 * all of it, over the loopback interface, and end in nothing.
 */
package io.harvester.rehearsal;
