// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

import java.util.Locale;

/** The kinds of data in a request; each is counted separately. */
public enum DataKind {
  /** Float samples. */
  SAMPLES,
  /** Native histograms. */
  HISTOGRAMS,
  /** Exemplars. */
  EXEMPLARS;

  /** The name as it appears in metric names. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
