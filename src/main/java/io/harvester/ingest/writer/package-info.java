// SPDX-License-Identifier: Apache-2.0
/**
 * Forms batches, writes each in a transaction, retries what fails, acknowledges what is durable.
 * Depends on {@code ingest.dedup}, {@code ingest.request}, {@code storage}, {@code series}, {@code
 * wire}, {@code metrics}.
 */
package io.harvester.ingest.writer;
