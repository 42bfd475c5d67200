// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.corpus;

import io.harvester.read.Matcher;
import io.harvester.read.SeriesReader;
import io.harvester.read.SeriesSelection;
import java.util.List;
import java.util.Set;

/** A reader of which the engine needs no more than samples. */
public abstract class SamplesOnly implements SeriesReader {
  @Override
  public final SeriesSelection find(List<Matcher> matchers, long since) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Set<String> labelNames(List<Matcher> matchers, long since) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final Set<String> labelValues(String label, List<Matcher> matchers, long since) {
    throw new UnsupportedOperationException();
  }
}
