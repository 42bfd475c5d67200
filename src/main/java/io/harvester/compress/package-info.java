/**
 * Columns of values to TimescaleDB's compressed form and back, in the binary format that its type
 * {@code compressed_data} is sent and received in, so that the database has nothing left to
 * compress. No I/O; depends on no other package of ours.
 */
package io.harvester.compress;
