package io.harvester.wire;

import java.util.Locale;

/** What a request carries, each counted by itself. */
public enum DataKind {
  /** Float samples. */
  SAMPLES,
  /** Native histograms. */
  HISTOGRAMS,
  /** Exemplars. */
  EXEMPLARS;

  /** The name within the names of meters. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
