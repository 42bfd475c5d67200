// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.query.corpus.SeriesNotation.Series;
import io.harvester.query.value.Labels;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A command of a test script. */
sealed interface CorpusCommand {
  /** Removes all series. */
  record Clear() implements CorpusCommand {}

  /**
   * Stores series, from time 0.
   *
   * @param customHistograms whether classic histograms are stored as native ones, too
   */
  record Load(long step, boolean customHistograms, List<Series> series) implements CorpusCommand {}

  /** What an evaluation may have to report. */
  enum Expectation {
    /** The order of the result. */
    ORDERED,
    /** An error. */
    FAIL,
    /** Warnings with these texts. */
    WARN,
    /** No warning. */
    NO_WARN,
    /** Infos with these texts. */
    INFO,
    /** No info. */
    NO_INFO
  }

  /** A condition on a text, as it is written. */
  record Condition(String text, Predicate<String> test) {}

  /**
   * Evaluates an expression.
   *
   * @param step 0: at {@code start} only
   * @param expected by labels; a scalar has the key null
   */
  record Eval(
      int line,
      String expression,
      long start,
      long end,
      long step,
      Map<Expectation, List<Condition>> expectations,
      boolean loose,
      List<Labels> order,
      Map<Labels, Series> expected,
      boolean scalar)
      implements CorpusCommand {
    boolean isRange() {
      return step > 0;
    }

    boolean expects(Expectation expectation) {
      return expectations.containsKey(expectation);
    }
  }
}
