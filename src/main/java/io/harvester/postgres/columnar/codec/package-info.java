// SPDX-License-Identifier: Apache-2.0
/**
 * Encodes and decodes columns in the binary format of TimescaleDB's type {@code compressed_data}.
 * No I/O. Depends on {@code postgres.pg}.
 */
package io.harvester.postgres.columnar.codec;
