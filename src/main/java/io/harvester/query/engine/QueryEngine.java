// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.promql.Expr;
import io.harvester.query.value.Answer;
import io.harvester.read.SeriesReader;

/** Evaluates expressions on what a reader reads. Used by many threads. */
public final class QueryEngine {
  private final SeriesReader reader;
  private final String nodeLabel;
  private final EngineSettings settings;

  /**
   * An engine.
   *
   * @param nodeLabel the label that names the node
   */
  public QueryEngine(SeriesReader reader, String nodeLabel, EngineSettings settings) {
    this.reader = reader;
    this.nodeLabel = nodeLabel;
    this.settings = settings;
  }

  /** Evaluates an expression at one time, ms since the epoch. */
  public Answer instant(Expr expr, long time, QueryOptions options) throws QueryException {
    throw new QueryException(
        QueryException.Kind.EXECUTION, "not implemented: " + expr + reader + nodeLabel + settings);
  }

  /** Evaluates an expression at each step of {@code [start, end]}, ms since the epoch. */
  public Answer range(Expr expr, long start, long end, long step, QueryOptions options)
      throws QueryException {
    throw new QueryException(QueryException.Kind.EXECUTION, "not implemented");
  }
}
