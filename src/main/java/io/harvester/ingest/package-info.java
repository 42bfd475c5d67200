// SPDX-License-Identifier: Apache-2.0
/**
 * The pipeline of a write request: decode, resolve, register what is new, hand over to the node's
 * writer. Depends on {@code ingest.request}, {@code ingest.dedup}, {@code ingest.writer}, {@code
 * storage}, {@code series}, {@code quota}, {@code wire}, {@code metrics}.
 */
package io.harvester.ingest;
