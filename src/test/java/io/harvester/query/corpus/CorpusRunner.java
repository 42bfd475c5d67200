// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.corpus.CorpusCommand.Clear;
import io.harvester.query.corpus.CorpusCommand.Condition;
import io.harvester.query.corpus.CorpusCommand.Eval;
import io.harvester.query.corpus.CorpusCommand.Expectation;
import io.harvester.query.corpus.CorpusCommand.Load;
import io.harvester.query.corpus.SeriesNotation.SequenceValue;
import io.harvester.query.corpus.SeriesNotation.Series;
import io.harvester.query.engine.EngineSettings;
import io.harvester.query.engine.QueryEngine;
import io.harvester.query.engine.QueryException;
import io.harvester.query.engine.QueryOptions;
import io.harvester.query.parser.PromqlParser;
import io.harvester.query.promql.Expr;
import io.harvester.query.promql.PromqlException;
import io.harvester.query.value.Answer;
import io.harvester.query.value.QueryResult;
import io.harvester.query.value.ResultSeries;
import io.harvester.query.value.VectorSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a test script, with metric names dropped at the end of a query as Prometheus's tests do. */
final class CorpusRunner {
  private static final long MINUTE = 60_000;

  private final MemoryReader reader = new MemoryReader();
  private final QueryEngine engine =
      new QueryEngine(
          reader,
          "node",
          new EngineSettings(
              50_000_000, Long.MAX_VALUE, 1_000_000, 1_000_000, Duration.ofMinutes(1), true));
  private final List<String> failures = new ArrayList<>();
  private int evals;

  /** Number of evaluations so far. */
  int evals() {
    return evals;
  }

  /** The evaluations that gave other results than expected, with their lines. */
  List<String> failures() {
    return failures;
  }

  void run(List<CorpusCommand> commands) {
    for (CorpusCommand command : commands) {
      if (command instanceof Clear) {
        reader.clear();
      } else if (command instanceof Load load) {
        load(load);
      } else if (command instanceof Eval eval) {
        evals++;
        try {
          check(eval);
        } catch (QueryException | PromqlException | RuntimeException | AssertionError e) {
          failures.add("line " + eval.line() + ": " + eval.expression() + ": " + e);
        }
      }
    }
  }

  private void load(Load load) {
    CustomHistograms custom = new CustomHistograms();
    for (Series series : load.series()) {
      for (int i = 0; i < series.values().size(); i++) {
        SequenceValue value = series.values().get(i);
        if (value.histogram() != null) {
          reader.add(series.labels(), i * load.step(), value.histogram());
        } else if (!value.omitted()) {
          reader.add(series.labels(), i * load.step(), value.value());
        }
      }
      if (load.customHistograms()) {
        custom.add(series);
      }
    }
    if (load.customHistograms()) {
      custom.storeIn(reader, load.step());
    }
  }

  private void check(Eval eval) throws QueryException, PromqlException {
    Expr expr = PromqlParser.parse(eval.expression(), true);
    if (eval.isRange()) {
      Answer answer = answer(eval, expr, -1);
      if (answer != null) {
        checkNotes(eval, answer);
        new Comparison(eval).check(answer.result());
      }
      return;
    }
    checkInstant(eval, expr, eval.start());
    Optional<Expr> fixed = AtModifiers.fix(expr, eval.start());
    if (fixed.isPresent()) {
      long at = eval.start();
      long[] times =
          at == 0 ? new long[] {-1000, 0, 1000} : new long[] {-10 * at, 0, at / 5, at, 10 * at};
      for (long time : times) {
        checkInstant(eval, fixed.get(), time);
      }
    }
  }

  /** The answer; null if there is an error that is expected. */
  private Answer answer(Eval eval, Expr expr, long time) throws QueryException {
    QueryOptions options =
        new QueryOptions(
            QueryOptions.DEFAULT_LOOKBACK, List.of(), () -> false, Duration.ofSeconds(100));
    try {
      Answer answer =
          eval.isRange()
              ? engine.range(expr, eval.start(), eval.end(), eval.step(), options)
              : engine.instant(expr, time, options);
      if (eval.expects(Expectation.FAIL)) {
        throw new AssertionError("no error");
      }
      return answer;
    } catch (QueryException e) {
      if (!eval.expects(Expectation.FAIL)) {
        throw e;
      }
      for (Condition condition : eval.expectations().get(Expectation.FAIL)) {
        if (!condition.test().test(e.getMessage())) {
          throw new AssertionError(
              "error: " + e.getMessage() + ", expected: " + condition.text(), e);
        }
      }
      return null;
    }
  }

  private void checkInstant(Eval eval, Expr expr, long time) throws QueryException {
    Answer answer = answer(eval, expr, time);
    if (answer == null) {
      return;
    }
    checkNotes(eval, answer);
    new Comparison(eval).check(answer.result());
    checkMiddleOfRange(eval, expr, time, answer.result() instanceof QueryResult.Scalar);
  }

  /** A range query must have the same result at its middle step. */
  private void checkMiddleOfRange(Eval eval, Expr expr, long time, boolean scalar)
      throws QueryException {
    QueryOptions options =
        new QueryOptions(
            QueryOptions.DEFAULT_LOOKBACK, List.of(), () -> false, Duration.ofSeconds(100));
    Answer answer = engine.range(expr, time - MINUTE, time + MINUTE, MINUTE, options);
    if (eval.expects(Expectation.ORDERED)) {
      return;
    }
    List<VectorSample> samples = new ArrayList<>();
    for (ResultSeries series : ((QueryResult.Matrix) answer.result()).series()) {
      for (int i = 0; i < series.times().length; i++) {
        if (series.times()[i] == time) {
          samples.add(
              new VectorSample(
                  series.labels(),
                  time,
                  series.values()[i],
                  series.histograms() == null ? null : series.histograms()[i]));
        }
      }
    }
    try {
      new Comparison(eval)
          .check(
              scalar
                  ? new QueryResult.Scalar(time, samples.get(0).value())
                  : new QueryResult.Vector(samples));
    } catch (AssertionError e) {
      throw new AssertionError("in range mode: " + e.getMessage(), e);
    }
  }

  private static void checkNotes(Eval eval, Answer answer) {
    checkNotes(eval, Expectation.WARN, Expectation.NO_WARN, answer.warnings());
    checkNotes(eval, Expectation.INFO, Expectation.NO_INFO, answer.infos());
  }

  private static void checkNotes(
      Eval eval, Expectation some, Expectation none, List<String> notes) {
    if (eval.expects(none) && !notes.isEmpty()) {
      throw new AssertionError("unexpected notes: " + notes);
    }
    if (!eval.expects(some)) {
      return;
    }
    if (notes.isEmpty()) {
      throw new AssertionError("no " + some);
    }
    List<Condition> conditions = eval.expectations().get(some);
    for (Condition condition : conditions) {
      if (notes.stream().noneMatch(condition.test())) {
        throw new AssertionError("no " + some + " like " + condition.text() + ": " + notes);
      }
    }
    for (String note : notes) {
      if (!conditions.isEmpty() && conditions.stream().noneMatch(c -> c.test().test(note))) {
        throw new AssertionError("unexpected: " + note);
      }
    }
  }
}
