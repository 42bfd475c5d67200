package io.harvester.postgres.columnar;

import io.harvester.storage.LongIndex;
import java.util.Arrays;

/** Ranks the series of a segment, so that its rows can be put where they belong in one pass. */
final class SeriesRanks {
  private final LongIndex groups = new LongIndex();
  private long[] ids = {};

  /**
   * Finds the rank of each row's series among all of them.
   *
   * @param rank takes it, row by row
   * @return at which row each rank starts if the rows are sorted by it; and at the end their count
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

  /** Groups are numbered as they come; ranks follow their ids. */
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

  /** The series of a rank, of those found last. */
  long id(int rank) {
    return ids[rank];
  }
}
