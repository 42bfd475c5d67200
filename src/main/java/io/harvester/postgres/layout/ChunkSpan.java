package io.harvester.postgres.layout;

import java.time.Instant;

/**
 * One chunk or partition.
 *
 * @param table the table it is a part of, without schema
 * @param name its own name with schema, quoted where needed
 * @param start its first instant
 * @param end the first instant after it
 */
public record ChunkSpan(String table, String name, Instant start, Instant end) {}
