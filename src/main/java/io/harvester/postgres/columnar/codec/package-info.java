/**
 * Columns of values to TimescaleDB's compressed forms and back, in the binary format of its type
 * {@code compressed_data}. No I/O. Depends on {@code postgres.pg}.
 */
package io.harvester.postgres.columnar.codec;
