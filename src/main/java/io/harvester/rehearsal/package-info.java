/**
 * Makes the JVM compile the way of a sample while the service starts, by made-up requests that go
 * all of it but for the network and the database.
 */
package io.harvester.rehearsal;
