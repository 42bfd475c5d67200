// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.packed;

import io.harvester.postgres.rollup.SortedSamples;
import java.util.Collection;
import java.util.Comparator;

/** Columns as rows, by series. */
final class SortedColumns implements SortedSamples {
  private final SeriesColumn[] columns;

  /** The number of rows before each column. */
  private final int[] starts;

  private int column;

  SortedColumns(Collection<SeriesColumn> sortedByTime) {
    columns =
        sortedByTime.stream()
            .filter(each -> each.count() > 0)
            .sorted(Comparator.comparingLong(each -> each.seriesId))
            .toArray(SeriesColumn[]::new);
    starts = new int[columns.length + 1];
    for (int i = 0; i < columns.length; i++) {
      starts[i + 1] = starts[i] + columns[i].count();
    }
  }

  @Override
  public int rows() {
    return starts[columns.length];
  }

  @Override
  public long seriesId(int row) {
    return of(row).seriesId;
  }

  @Override
  public long time(int row) {
    SeriesColumn of = of(row);
    return of.time(row - starts[column]);
  }

  @Override
  public long bits(int row) {
    SeriesColumn of = of(row);
    return of.bits(row - starts[column]);
  }

  /** Rows are asked for in ascending order, nearly always. */
  private SeriesColumn of(int row) {
    column = row < starts[column] ? 0 : column;
    while (row >= starts[column + 1]) {
      column++;
    }
    return columns[column];
  }
}
