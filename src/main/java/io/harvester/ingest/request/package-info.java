// SPDX-License-Identifier: Apache-2.0
/**
 * One write request under way: its sender, place in the queue, memory, counts and outcome. Depends
 * on {@code storage}, {@code series}, {@code wire}.
 */
package io.harvester.ingest.request;
