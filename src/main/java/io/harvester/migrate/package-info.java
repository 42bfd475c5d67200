// SPDX-License-Identifier: Apache-2.0
/**
 * Copies samples from one database to another through the ports for reading and writing, hour by
 * hour, and compares both sides by checksums. Depends on {@code ingest}, {@code ingest.request},
 * {@code read}, {@code series}, {@code storage}, {@code wire}.
 */
package io.harvester.migrate;
