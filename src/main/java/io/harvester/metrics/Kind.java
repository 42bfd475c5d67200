package io.harvester.metrics;

import java.util.Locale;

/** What a request carries, each counted by itself. */
public enum Kind {
  /** Float samples. */
  SAMPLES,
  /** Native histograms. */
  HISTOGRAMS,
  /** Exemplars. */
  EXEMPLARS;

  /** The name within the names of meters. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
