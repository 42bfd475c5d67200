// SPDX-License-Identifier: Apache-2.0
/**
 * JIT warm-up: while the service starts, synthetic load through a second instance of the write
 * path, over the loopback interface, that stores nothing. Depends on {@code http}, {@code
 * http.server}, {@code ingest}, {@code postgres.discard}, {@code storage}, {@code series}, {@code
 * quota}, {@code auth}, {@code metrics}, {@code wire}.
 */
package io.harvester.warmup;
