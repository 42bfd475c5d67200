// SPDX-License-Identifier: Apache-2.0
/**
 * Which samples of a batch are new. Depends on {@code ingest.request}, {@code storage}, {@code
 * series}, {@code wire}.
 */
package io.harvester.ingest.dedup;
