// SPDX-License-Identifier: Apache-2.0
package io.harvester.auth;

import java.time.Instant;

/**
 * A node in the catalog.
 *
 * @param name value of the node label
 * @param lastWriteAt when samples of it were last committed; null: never
 * @param samples number of samples stored since the node was added
 */
public record NodeSummary(String name, Instant lastWriteAt, long samples) {}
