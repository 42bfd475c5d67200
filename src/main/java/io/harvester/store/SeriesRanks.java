package io.harvester.store;

import java.util.Arrays;

/** Ranks the series of a segment, so that its rows can be put where they belong in one pass. */
final class SeriesRanks {
  /** Ids are positive; a free place has none. */
  private static final long FREE = Long.MIN_VALUE;

  private static final int MOST_KEPT = 1 << 16;

  private long[] ids = new long[1024];
  private int[] groups = new int[1024];
  private int size;
  private long[] sorted = {};

  SeriesRanks() {
    Arrays.fill(ids, FREE);
  }

  /**
   * Finds the rank of each row's series among all of them.
   *
   * @param rank takes it, row by row
   * @return at which row each rank starts if the rows are sorted by it; and at the end their count
   */
  int[] of(long[] series, int count, int[] rank) {
    clear();
    for (int i = 0; i < count; i++) {
      rank[i] = i > 0 && series[i] == series[i - 1] ? rank[i - 1] : group(series[i]);
    }
    int[] rankOfGroup = rankGroups();
    int[] starts = new int[size + 1];
    for (int i = 0; i < count; i++) {
      rank[i] = rankOfGroup[rank[i]];
      starts[rank[i] + 1]++;
    }
    for (int i = 0; i < size; i++) {
      starts[i + 1] += starts[i];
    }
    return starts;
  }

  /** The series of a rank, of those found last. */
  long id(int ofRank) {
    return sorted[ofRank];
  }

  private void clear() {
    if (ids.length > MOST_KEPT) { // for one node with very many series
      ids = new long[1024];
      groups = new int[1024];
    }
    Arrays.fill(ids, FREE);
    size = 0;
  }

  /** Groups are numbered as they come; ranks follow their ids. */
  private int[] rankGroups() {
    sorted = new long[size];
    int found = 0;
    for (long id : ids) {
      if (id != FREE) {
        sorted[found++] = id;
      }
    }
    Arrays.sort(sorted);
    int[] rankOfGroup = new int[size];
    for (int i = 0; i < size; i++) {
      rankOfGroup[groups[place(sorted[i])]] = i;
    }
    return rankOfGroup;
  }

  private int group(long id) {
    int place = place(id);
    if (ids[place] == FREE) {
      if (size * 2 >= ids.length) {
        grow();
        place = place(id);
      }
      ids[place] = id;
      groups[place] = size++;
    }
    return groups[place];
  }

  private int place(long id) {
    int mask = ids.length - 1;
    int i = (int) ((id * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    while (ids[i] != FREE && ids[i] != id) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldGroups = groups;
    ids = new long[oldIds.length * 2];
    groups = new int[ids.length];
    Arrays.fill(ids, FREE);
    for (int o = 0; o < oldIds.length; o++) {
      if (oldIds[o] != FREE) {
        int i = place(oldIds[o]);
        ids[i] = oldIds[o];
        groups[i] = oldGroups[o];
      }
    }
  }
}
