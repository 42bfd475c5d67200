// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.wire.SeriesDefect;

/** Decides whether a series that is not in memory is admitted. Asked once per series. */
@FunctionalInterface
public interface SeriesGate {
  /**
   * Checks a series.
   *
   * @param isNew whether the catalog does not have it yet
   * @return {@link SeriesDefect#NONE} if it is admitted
   */
  SeriesDefect check(SeriesKey key, boolean isNew);
}
