// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.query;

import io.harvester.query.engine.QueryEngine;
import io.harvester.read.DetailReader;
import io.harvester.read.SeriesReader;

/**
 * What exists only once the database is connected.
 *
 * @param engine evaluates expressions
 * @param reader finds series
 * @param details reads metadata and exemplars
 */
public record QueryBackend(QueryEngine engine, SeriesReader reader, DetailReader details) {}
