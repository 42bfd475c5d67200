// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench;

import io.harvester.postgres.columnar.codec.DeltaDelta;
import io.harvester.postgres.columnar.codec.Gorilla;
import io.harvester.postgres.columnar.codec.UnreadableColumnException;
import io.harvester.postgres.pg.BinaryBuffer;
import io.harvester.read.Matcher;
import io.harvester.read.SeriesIndex;
import io.harvester.read.SeriesIndex.CatalogSeries;
import io.harvester.read.SeriesIndex.IndexedNode;
import io.harvester.series.SeriesKey.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microseconds to decode the columns of a compressed batch of 1,000 samples, and to find series
 * among one million: 10,000 nodes with 100 series each, 64 of them of one metric.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ReadBenchmark {
  private static final int ROWS = 1000;
  private static final int NODES = 10_000;
  private static final int CPU_SERIES = 64;
  private static final int DISK_SERIES = 36;

  private final DeltaDelta integers = new DeltaDelta();
  private final Gorilla floats = new Gorilla();
  private final BinaryBuffer times = new BinaryBuffer();
  private final BinaryBuffer values = new BinaryBuffer();
  private final long[] decoded = new long[ROWS];
  private final SeriesIndex index = new SeriesIndex("node");

  /** Encodes counters of four series, and fills the index. */
  @Setup
  public void prepare() {
    Random random = new Random(1);
    long[] time = new long[ROWS];
    long[] value = new long[ROWS];
    double counter = 1e6;
    for (int i = 0; i < ROWS; i++) {
      time[i] = 800_000_000_000_000L + 15_000_000L * (i % 250) + 1000L * random.nextInt(3);
      counter += random.nextInt(1500) / 100.0;
      value[i] = Double.doubleToRawLongBits(counter);
    }
    integers.encode(time, ROWS, times);
    floats.encode(value, ROWS, values);
    List<IndexedNode> nodes = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      nodes.add(new IndexedNode(node, "node-%05d".formatted(node), 0));
    }
    index.setNodes(nodes);
    for (int node = 0; node < NODES; node++) {
      index.add(seriesOf(node));
    }
  }

  private static List<CatalogSeries> seriesOf(int node) {
    List<CatalogSeries> series = new ArrayList<>();
    long id = (long) node * (CPU_SERIES + DISK_SERIES);
    for (int i = 0; i < CPU_SERIES; i++) {
      List<Label> labels = List.of(new Label("cpu", i / 8 + ""), new Label("mode", "m" + i % 8));
      series.add(new CatalogSeries(id++, node, "node_cpu_seconds_total", labels));
    }
    for (int i = 0; i < DISK_SERIES; i++) {
      List<Label> labels = List.of(new Label("device", "sd" + i % 6));
      series.add(new CatalogSeries(id++, node, "node_disk_" + i / 6, labels));
    }
    return series;
  }

  /** Timestamps of a batch. */
  @Benchmark
  public long[] decodeTimes() throws UnreadableColumnException {
    integers.decode(times, decoded, 0, ROWS);
    return decoded;
  }

  /** Values of a batch: counters that move. */
  @Benchmark
  public long[] decodeValues() throws UnreadableColumnException {
    floats.decode(values, decoded, 0, ROWS);
    return decoded;
  }

  /** 640,000 of one million series. */
  @Benchmark
  public int findByRegex() {
    return index
        .select(List.of(Matcher.of(Matcher.Type.REGEX, "__name__", "node_cpu.*")), 0)
        .count();
  }

  /** All values of the node label. */
  @Benchmark
  public Set<String> valuesOfNode() {
    return index.labelValues("node", List.of(), 0);
  }

  /** Values of one label of a tenth of the nodes. */
  @Benchmark
  public Set<String> valuesOfDevice() {
    return index.labelValues(
        "device", List.of(Matcher.of(Matcher.Type.REGEX, "node", "node-.*7")), 0);
  }
}
