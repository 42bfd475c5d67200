// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.wire.SeriesDefect;

/** Decides whether a series that is not in memory may be taken up. Asked once per series. */
@FunctionalInterface
public interface SeriesGate {
  /** Lets everything in. */
  SeriesGate OPEN = (key, isNew) -> SeriesDefect.NONE;

  /**
   * What keeps a series out; {@link SeriesDefect#NONE}: nothing.
   *
   * @param isNew the catalog has never seen it
   */
  SeriesDefect judge(SeriesKey key, boolean isNew);
}
