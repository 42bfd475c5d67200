// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.rollup;

import io.harvester.postgres.rollup.StoredRollups.Head;
import io.harvester.postgres.rollup.StoredRollups.Heads;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the rollups of a node from the samples that maintenance has in memory, in its transaction.
 * Each hour of a series is computed from all its samples: those that the chunk in memory lacks are
 * read. A series in an hour is replaced if it has more samples than when it was rolled up before,
 * so rollups remain when samples are deleted.
 */
public final class NodeRollups {
  /** What is held in memory before it is written; an hour of a series takes a kilobyte. */
  private static final int MAX_PENDING = 20_000;

  private final Rollups rollups;
  private final Connection connection;
  private final RawSamples raw;
  private final StoredRollups stored;
  private final RollupCopy copy;

  /** By end of the hour, ms since the epoch. */
  private final TreeMap<Long, List<HourRollup>> pending = new TreeMap<>();

  private int pendingCount;
  private Instant now = Instant.EPOCH;
  private HourRollup current = new HourRollup(0);
  private long currentEnd;

  NodeRollups(Rollups rollups, Connection connection, RawSamples raw) {
    this.rollups = rollups;
    this.connection = connection;
    this.raw = raw;
    this.stored = new StoredRollups(connection);
    this.copy = new RollupCopy(connection);
  }

  /**
   * Rolls up samples of a node.
   *
   * @param start ms since the epoch; no sample is earlier
   * @param end ms since the epoch; all samples are earlier
   * @param samples all samples of these series in this time span
   * @param allSeries whether they are of all series of the node
   */
  public void roll(int nodeId, long start, long end, SortedSamples samples, boolean allSeries)
      throws SQLException {
    if (rollups.isOff() || samples.rows() == 0) {
      return;
    }
    now = Instant.now();
    long[] ids = allSeries ? null : seriesIds(samples);
    long headEnd = HourRollup.hourEnd(start);
    Map<Long, SampleList> before = new HashMap<>();
    if (headEnd != start) {
      read(nodeId, ids, headEnd - HourRollup.HOUR, start - 1, before);
    }
    Map<Long, SampleList> after = new HashMap<>();
    read(nodeId, ids, end - 1, HourRollup.hourEnd(end), after);
    Map<Long, SampleList> border = new HashMap<>();
    for (int row = 0; row < samples.rows(); ) {
      long id = samples.seriesId(row);
      begin(id);
      addAll(before.remove(id));
      for (; row < samples.rows() && samples.seriesId(row) == id; row++) {
        if (samples.time(row) == start && headEnd == start) {
          border.computeIfAbsent(id, k -> new SampleList()).add(start, samples.bits(row));
        } else {
          add(samples.time(row), samples.bits(row));
        }
      }
      addAll(after.remove(id));
      if (pendingCount > MAX_PENDING) {
        write(nodeId);
      }
    }
    addOthers(before, after);
    write(nodeId);
    rollBorder(nodeId, start, border);
  }

  /** Series that have samples in the hours of the chunk, but none in the chunk itself. */
  private void addOthers(Map<Long, SampleList> before, Map<Long, SampleList> after) {
    before.forEach(
        (id, samples) -> {
          begin(id);
          addAll(samples);
          addAll(after.remove(id));
        });
    after.forEach(
        (id, samples) -> {
          begin(id);
          addAll(samples);
        });
  }

  /**
   * Samples at the very start of a chunk belong to the hour before. Its rollups have them, unless
   * they came late.
   */
  private void rollBorder(int nodeId, long start, Map<Long, SampleList> border)
      throws SQLException {
    border.values().removeIf(samples -> !samples.hasSample());
    if (border.isEmpty() || !rollups.hasHours(start, now)) {
      return;
    }
    long[] ids = border.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    Map<Long, Head> heads =
        stored.heads(nodeId, List.of(start), ids[0], ids[ids.length - 1]).get(start).bySeries;
    border
        .keySet()
        .removeIf(id -> heads.containsKey(id) && heads.get(id).lastMs() == HourRollup.HOUR);
    if (border.isEmpty()) {
      return;
    }
    ids = border.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    Map<Long, SampleList> before = new HashMap<>();
    read(nodeId, ids, start - HourRollup.HOUR, start - 1, before);
    for (long id : ids) {
      begin(id);
      addAll(before.get(id));
      addAll(border.get(id));
    }
    write(nodeId);
  }

  private void begin(long seriesId) {
    current = new HourRollup(seriesId);
    currentEnd = Long.MIN_VALUE;
  }

  private void addAll(SampleList samples) {
    if (samples != null) {
      samples.sort();
      for (int i = 0; i < samples.count(); i++) {
        add(samples.time(i), samples.bits(i));
      }
    }
  }

  private void add(long time, long bits) {
    if (time > currentEnd) {
      currentEnd = HourRollup.hourEnd(time);
      current = new HourRollup(current.seriesId);
      pending.computeIfAbsent(currentEnd, hour -> new ArrayList<>()).add(current);
      pendingCount++;
    }
    current.add((int) (time - currentEnd + HourRollup.HOUR), bits);
  }

  private void read(int nodeId, long[] ids, long afterTime, long until, Map<Long, SampleList> into)
      throws SQLException {
    raw.read(
        connection,
        nodeId,
        ids,
        afterTime,
        until,
        (id, time, bits) -> into.computeIfAbsent(id, k -> new SampleList()).add(time, bits));
  }

  private void write(int nodeId) throws SQLException {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    pending.keySet().removeIf(hourEnd -> !rollups.hasHours(hourEnd, now));
    for (List<HourRollup> hour : pending.values()) {
      for (HourRollup series : hour) {
        series.finish();
        first = Math.min(first, series.seriesId);
        last = Math.max(last, series.seriesId);
      }
    }
    if (!pending.isEmpty()) {
      Map<Long, Heads> heads = stored.heads(nodeId, pending.keySet(), first, last);
      List<RollupCopy.Hour> hours = new ArrayList<>();
      for (Map.Entry<Long, List<HourRollup>> hour : pending.entrySet()) {
        addNew(nodeId, hour.getKey(), hour.getValue(), heads.get(hour.getKey()), hours);
      }
      if (!hours.isEmpty()) {
        copy.write(hours);
      }
    }
    pending.clear();
    pendingCount = 0;
  }

  /** Adds the parts of an hour that are to be written, and removes those that they replace. */
  private void addNew(
      int nodeId, long hourEnd, List<HourRollup> all, Heads heads, List<RollupCopy.Hour> into)
      throws SQLException {
    Set<Integer> replaced = new HashSet<>();
    Set<Long> ids = new HashSet<>();
    List<HourRollup> fresh = new ArrayList<>();
    for (HourRollup series : all) {
      Head head = heads.bySeries.get(series.seriesId);
      if (series.samples[HourRollup.WHOLE] > (head == null ? 0 : head.samples())) {
        fresh.add(series);
        ids.add(series.seriesId);
        if (head != null) {
          replaced.add(head.part());
        }
      }
    }
    if (!replaced.isEmpty()) {
      for (HourRollup series : stored.take(nodeId, hourEnd, replaced)) {
        if (!ids.contains(series.seriesId)) {
          fresh.add(series);
        }
      }
    }
    if (!fresh.isEmpty()) {
      fresh.sort(Comparator.comparingLong(series -> series.seriesId));
      boolean buckets = rollups.hasBuckets(hourEnd, now);
      into.add(
          new RollupCopy.Hour(nodeId, hourEnd, Part.cut(fresh, buckets), heads.nextPart, buckets));
    }
  }

  private static long[] seriesIds(SortedSamples samples) {
    long[] ids = new long[samples.rows()];
    int count = 0;
    for (int row = 0; row < samples.rows(); row++) {
      if (count == 0 || samples.seriesId(row) != ids[count - 1]) {
        ids[count++] = samples.seriesId(row);
      }
    }
    return Arrays.copyOf(ids, count);
  }
}
