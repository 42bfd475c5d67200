// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.storage.LongIndex;
import java.util.Arrays;

/** Ranks the series of a segment, for a counting sort of its rows by series. */
final class SeriesRanks {
  private final LongIndex groups = new LongIndex();
  private long[] ids = {};

  /**
   * Ranks series by id, from 0 on.
   *
   * @param series the series id of each row
   * @param count number of rows
   * @param rank receives the rank of each row's series
   * @return for each rank the position of its first row if rows are sorted by rank; then the number
   *     of rows
   */
  int[] of(long[] series, int count, int[] rank) {
    groups.clear();
    for (int i = 0; i < count; i++) {
      rank[i] = i > 0 && series[i] == series[i - 1] ? rank[i - 1] : groups.add(series[i]);
    }
    int[] rankOfGroup = rankGroups();
    int[] starts = new int[ids.length + 1];
    for (int i = 0; i < count; i++) {
      rank[i] = rankOfGroup[rank[i]];
      starts[rank[i] + 1]++;
    }
    for (int i = 0; i < ids.length; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }

  /** Groups are numbered in order of appearance, ranks in order of ids. */
  private int[] rankGroups() {
    ids = new long[groups.size()];
    for (int group = 0; group < ids.length; group++) {
      ids[group] = groups.value(group);
    }
    Arrays.sort(ids);
    int[] rankOfGroup = new int[ids.length];
    for (int rank = 0; rank < ids.length; rank++) {
      rankOfGroup[groups.find(ids[rank])] = rank;
    }
    return rankOfGroup;
  }

  /** The series id of a rank, as of the last call of {@link #of}. */
  long id(int rank) {
    return ids[rank];
  }
}
