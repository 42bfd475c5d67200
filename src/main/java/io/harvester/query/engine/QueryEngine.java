// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.query.engine.QueryException.Kind;
import io.harvester.query.functions.EvaluationException;
import io.harvester.query.functions.Grid;
import io.harvester.query.functions.Naming;
import io.harvester.query.functions.Notes;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.MatrixSelector;
import io.harvester.query.promql.Subquery;
import io.harvester.query.promql.ValueType;
import io.harvester.query.value.Answer;
import io.harvester.query.value.QueryResult;
import io.harvester.read.SeriesReader;
import java.util.Locale;

/** Evaluates expressions on what a reader reads. Used by many threads. */
public final class QueryEngine {
  private final SeriesReader reader;
  private final String nodeLabel;
  private final EngineSettings settings;
  private final QueryMemory memory;
  private final Workers workers = new Workers(Runtime.getRuntime().availableProcessors());

  /**
   * An engine.
   *
   * @param nodeLabel the label that names the node
   */
  public QueryEngine(SeriesReader reader, String nodeLabel, EngineSettings settings) {
    this.reader = reader;
    this.nodeLabel = nodeLabel;
    this.settings = settings;
    this.memory = new QueryMemory(settings.maxMemory());
  }

  /** Evaluates an expression at one time, ms since the epoch. */
  public Answer instant(Expr expr, long time, QueryOptions options) throws QueryException {
    return run(expr, Grid.at(time), time, true, options);
  }

  /** Evaluates an expression at each step of {@code [start, end]}, ms since the epoch. */
  public Answer range(Expr expr, long start, long end, long step, QueryOptions options)
      throws QueryException {
    if (expr.type() != ValueType.VECTOR && expr.type() != ValueType.SCALAR) {
      throw new QueryException(
          Kind.BAD_DATA,
          "invalid expression type \""
              + expr.type().text()
              + "\" for range query, must be Scalar or instant Vector");
    }
    if (step <= 0) {
      throw new QueryException(
          Kind.BAD_DATA,
          "zero or negative query resolution step widths are not accepted. Try a positive"
              + " integer");
    }
    long intervals = end < start ? 0 : (end - start) / step;
    if (intervals > settings.maxPoints()) {
      throw new QueryException(
          Kind.BAD_DATA,
          String.format(
              Locale.ROOT,
              "exceeded maximum resolution of %,d points per timeseries. Try decreasing the query"
                  + " resolution (?step=XX)",
              settings.maxPoints()));
    }
    int steps = end < start ? 0 : (int) intervals + 1;
    return run(expr, new Grid(start, step, steps), end, false, options);
  }

  private Answer run(Expr expr, Grid grid, long end, boolean instant, QueryOptions options)
      throws QueryException {
    Budget budget = new Budget(settings, options, memory);
    Notes notes = new Notes();
    try {
      budget.check();
      QueryResult result = evaluate(expr, grid, end, instant, options, budget, notes);
      return new Answer(
          result, notes.warnings(options.text()), notes.infos(options.text()), budget.stats());
    } catch (QueryFailure e) {
      throw e.exception();
    } catch (EvaluationException e) {
      throw new QueryException(Kind.EXECUTION, e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new QueryException(Kind.BAD_DATA, "the expression is nested too deeply", e);
    } finally {
      budget.release();
    }
  }

  /** Evaluates; {@code @ end()} means the end, even if it is not a step. */
  private QueryResult evaluate(
      Expr expr,
      Grid grid,
      long end,
      boolean instant,
      QueryOptions options,
      Budget budget,
      Notes notes) {
    SeriesCollector collector =
        new SeriesCollector(reader, nodeLabel, options.restriction(), budget, notes);
    SelectorWindows windows =
        new SelectorWindows(expr, grid, end, options.lookbackMillis(), collector.samplesSince());
    if (grid.count() > 0) {
      windows.distinct().forEach(collector::read);
    }
    Naming naming = settings.delayedNameRemoval() ? Naming.AT_THE_END : Naming.AT_ONCE;
    Evaluator.Context context =
        new Evaluator.Context(
            windows,
            collector,
            budget,
            notes,
            naming,
            workers,
            options.lookbackMillis(),
            settings.defaultInterval().toMillis());
    Evaluator evaluator = new Evaluator(context);
    Results results = new Results(grid, naming);
    Expr inner = Expressions.unwrap(expr);
    if (inner instanceof MatrixSelector || inner instanceof Subquery) {
      return results.ofRange(new RangeCalls(evaluator, context).range(inner, grid));
    }
    Value value = evaluator.eval(expr, grid);
    return instant ? results.instant(value) : results.range(value);
  }
}
