// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import io.harvester.read.DetailReader;
import io.harvester.read.DetailReader.SeriesExemplars;
import io.harvester.read.SeriesLabels;
import io.harvester.read.SeriesReader;
import io.harvester.storage.StoreException;
import io.harvester.wire.NativeHistogram;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Copies samples, histograms and exemplars hour by hour. An hour whose checksums are the same on
 * both sides is left alone: so an interrupted run continues, a second run copies what came since,
 * and no state has to be kept or believed.
 */
public final class SampleMigration {
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

  /** One call of the reader returns at most that many. */
  private static final int MAX_EXEMPLARS = 50_000;

  private static final int ATTEMPTS = 3;

  /** The index of series and the list of metrics with histograms are read anew each second. */
  private static final long REREAD_MILLIS = 1_100;

  private static final int MAX_DIFFERENCES = 20;

  private final Side from;
  private final Side to;
  private final String nodeLabel;
  private final TargetWriter writer;
  private final Progress progress;
  private final List<String> differences = new ArrayList<>();
  private int differing;

  /**
   * One of the two databases.
   *
   * @param hasExemplars whether it may have exemplars
   */
  public record Side(SeriesReader reader, DetailReader details, boolean hasExemplars) {}

  /**
   * What a migration did.
   *
   * @param summary counts, in a line
   * @param differences where both sides differ: the first few; empty: all is equal
   * @param differing number of nodes and hours that differ
   */
  public record Result(String summary, List<String> differences, int differing) {}

  /** Takes both sides. */
  public SampleMigration(
      Side from, Side to, String nodeLabel, TargetWriter writer, Progress progress) {
    this.from = from;
    this.to = to;
    this.nodeLabel = nodeLabel;
    this.writer = writer;
    this.progress = progress;
  }

  /**
   * Goes through hours.
   *
   * @param hours their starts, ms since the epoch, ascending
   * @param copies whether to copy; otherwise both sides are only compared
   */
  public Result run(List<Long> hours, boolean copies) throws MigrationException {
    try {
      long day = Long.MIN_VALUE;
      boolean empty = false;
      for (long hour : hours) {
        if (Math.floorDiv(hour, DAY_MILLIS) != day) {
          day = Math.floorDiv(hour, DAY_MILLIS);
          empty = isEmpty(from, day * DAY_MILLIS);
        }
        if (empty) {
          progress.hour(hour, hours.size(), 0, false);
        } else {
          migrate(hour, hours.size(), copies);
        }
      }
      return new Result(progress.summary(), List.copyOf(differences), differing);
    } catch (StoreException e) {
      throw new MigrationException("a database cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MigrationException("interrupted");
    }
  }

  /** Partitions may span weeks of which hours have samples. */
  private static boolean isEmpty(Side side, long day) throws StoreException {
    AtomicBoolean found = new AtomicBoolean();
    SeriesReader.Visitor any =
        new SeriesReader.Visitor() {
          @Override
          public void series(SeriesLabels labels, long[] times, long[] bits, int count) {
            found.set(true);
          }

          @Override
          public void histograms(SeriesLabels labels, List<NativeHistogram> histograms) {
            found.set(true);
          }
        };
    long last = day + DAY_MILLIS - 1;
    side.reader().read(List.of(), day, last, any, found::get);
    return !found.get()
        && !(side.hasExemplars() && !side.details().exemplars(List.of(), day, last).isEmpty());
  }

  private void migrate(long hour, int hours, boolean copies)
      throws StoreException, MigrationException, InterruptedException {
    Checksums target = checksums(to, hour);
    if (!target.isEmpty() || !copies) {
      Checksums source = checksums(from, hour);
      List<String> different = source.differences(target);
      if (different.isEmpty() || !copies) {
        report(hour, different);
        progress.hour(hour, hours, source.count(), false);
        return;
      }
    }
    Checksums source = copy(hour);
    List<String> different = compared(source, hour);
    for (int attempt = 1; attempt < ATTEMPTS && !different.isEmpty(); attempt++) {
      source = copy(hour);
      different = compared(source, hour);
    }
    report(hour, different);
    progress.hour(hour, hours, source.count(), true);
  }

  private List<String> compared(Checksums source, long hour)
      throws StoreException, InterruptedException {
    List<String> different = source.differences(checksums(to, hour));
    if (!different.isEmpty()) {
      Thread.sleep(REREAD_MILLIS);
      different = source.differences(checksums(to, hour));
    }
    return different;
  }

  private void report(long hour, List<String> different) {
    differing += different.size();
    different.stream()
        .limit(MAX_DIFFERENCES - differences.size())
        .forEach(text -> differences.add(Instant.ofEpochMilli(hour) + " " + text));
  }

  private static Checksums checksums(Side side, long hour) throws StoreException {
    Checksums sums = new Checksums();
    side.reader().read(List.of(), hour, hour + HOUR_MILLIS - 1, sums, () -> false);
    if (side.hasExemplars()) {
      exemplars(side, hour, hour + HOUR_MILLIS - 1, sums::exemplars);
    }
    return sums;
  }

  /** Copies an hour, and returns the checksums of what was copied. */
  private Checksums copy(long hour)
      throws StoreException, MigrationException, InterruptedException {
    Checksums sums = new Checksums();
    Failure failure = new Failure();
    Requests requests = new Requests(nodeLabel, body -> failure.guard(() -> writer.write(body)));
    SeriesReader.Visitor both =
        new SeriesReader.Visitor() {
          @Override
          public void series(SeriesLabels labels, long[] times, long[] bits, int count) {
            sums.series(labels, times, bits, count);
            requests.series(labels, times, bits, count);
          }

          @Override
          public void histograms(SeriesLabels labels, List<NativeHistogram> histograms) {
            sums.histograms(labels, histograms);
            requests.histograms(labels, histograms);
          }
        };
    from.reader().read(List.of(), hour, hour + HOUR_MILLIS - 1, both, failure::happened);
    if (from.hasExemplars()) {
      exemplars(
          from,
          hour,
          hour + HOUR_MILLIS - 1,
          found -> {
            sums.exemplars(found);
            requests.exemplars(found);
          });
    }
    requests.flush();
    failure.rethrow();
    writer.finish();
    return sums;
  }

  @FunctionalInterface
  private interface ExemplarVisitor {
    void exemplars(SeriesExemplars found);
  }

  /** Halves a span whose exemplars one call does not return. */
  private static void exemplars(Side side, long first, long last, ExemplarVisitor visitor)
      throws StoreException {
    List<SeriesExemplars> found = side.details().exemplars(List.of(), first, last);
    int count = found.stream().mapToInt(series -> series.exemplars().size()).sum();
    if (count < MAX_EXEMPLARS || first == last) {
      found.forEach(visitor::exemplars);
      return;
    }
    long middle = first + (last - first) / 2;
    exemplars(side, first, middle, visitor);
    exemplars(side, middle + 1, last, visitor);
  }

  /** A failure inside a visitor, which can throw none. */
  private static final class Failure {
    private volatile Exception first; // read while another thread waits in a step

    private interface Step {
      void run() throws MigrationException, InterruptedException;
    }

    synchronized void guard(Step step) {
      if (first != null) {
        return;
      }
      try {
        step.run();
      } catch (MigrationException | InterruptedException e) {
        first = e;
      }
    }

    boolean happened() {
      return first != null;
    }

    void rethrow() throws MigrationException, InterruptedException {
      if (first instanceof MigrationException failed) {
        throw failed;
      }
      if (first instanceof InterruptedException interrupted) {
        throw interrupted;
      }
    }
  }
}
