package io.harvester.auth;

import java.time.Instant;

/**
 * What the catalog knows of a node.
 *
 * @param name value of the node label
 * @param lastWriteAt when samples of it were committed last; null: never
 * @param samples samples stored since the node is known
 */
public record NodeSummary(String name, Instant lastWriteAt, long samples) {}
