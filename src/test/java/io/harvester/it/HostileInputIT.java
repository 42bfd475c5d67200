// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.it.RuleSeries.series;
import static io.harvester.testing.Message.compressed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.harvester.TestAggregator;
import io.harvester.proto.v2.BucketSpan;
import io.harvester.proto.v2.Histogram;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message.Version;
import io.harvester.testing.Stored;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests made to do harm, with the default limits: answered as documented, and memory is flat.
 */
class HostileInputIT {
  private static final String TOO_LARGE = "413 HARVESTER_MAX_DECOMPRESSED_BYTES";
  private static final int ROUNDS = 30;
  private static final long MIB = 1 << 20;
  private static final RuleSeries GOOD = series("good").at(0, 1);

  /** By name: what is sent as 1.0 and as 2.0, and status and a part of the answer's body. */
  private final Map<String, String> expected = new LinkedHashMap<>();

  private final Map<String, List<byte[]>> bodies = new LinkedHashMap<>();

  HostileInputIT() {
    both("declares 1 TiB", TOO_LARGE, terabyte());
    both("a bomb of 40 MiB", TOO_LARGE, compressed(new byte[40 << 20]));
    costing("100,000 labels", "400 1 × too many labels", RuleSeries.wide(100_000).at(0, 1));
    costing("a value of 100 KB", "400 1 × label value too long", value("x".repeat(100_000)));
    costing("a name of 100 KB", "400 1 × label name too long", name("x".repeat(100_000)));
    costing("a metric of 100 KB", "400 1 × label value too long", metric("x".repeat(100_000)));
    costing("NUL in a value", "400 1 × label contains a NUL byte", value("a\0b"));
    costing("NUL in a name", "400 1 × label contains a NUL byte", name("\0"));
    costing("NUL in a metric", "400 1 × label contains a NUL byte", metric("m\0"));
    costing("the first ms", "400 1 × timestamp too old", series("m").atTime(Long.MIN_VALUE, 1));
    costing("the last ms", "400 1 × timestamp too far", series("m").atTime(Long.MAX_VALUE, 1));
    costing(
        "the first ms of a histogram", "400 1 × timestamp too old", histogram(Long.MIN_VALUE, 1));
    costing(
        "the last ms of a histogram", "400 1 × timestamp too far", histogram(Long.MAX_VALUE, 1));
    costing("4 billion buckets", "400 1 × invalid native histogram", histogram(WriteRules.T, -1));
    utf8();
    references();
    both("more series than allowed", "413 HARVESTER_MAX_REQUEST_ITEMS", empty(1_000_001));
    both("a field of 2 GiB", "400 truncated", compressed(new byte[] {42, -1, -1, -1, -1, 7, 1}));
    byte[] nested = new byte[100_000];
    Arrays.fill(nested, (byte) ((9 << 3) | 3));
    both("groups in groups", "400 ", compressed(nested));
  }

  @EachTier(TestTier.POSTGRES)
  void each_is_answered_and_none_stays_in_memory(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      send(a);
      long before = usedHeap();
      for (int i = 0; i < ROUNDS; i++) {
        send(a);
      }
      long more = usedHeap() - before;
      assertTrue(more < 8 * MIB, more / 1024 + " KiB more after " + ROUNDS + " rounds");
      assertEquals(0, a.sender().metric("harvester_requests_in_flight"));
      assertEquals(0, a.sender().metric("harvester_requests_in_flight_bytes"));
      assertEquals(1, Stored.rows(db), "the good series that came along");
      assertEquals(List.of("good{} 0 1"), RuleRows.of(db, "n"));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_size_is_refused_before_it_is_allocated(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      send(a, "declares 1 TiB");
      send(a, "a bomb of 40 MiB");
      long before = allocated();
      for (int i = 0; i < ROUNDS; i++) {
        send(a, "declares 1 TiB");
      }
      long terabytes = allocated() - before;
      assertTrue(terabytes < ROUNDS * MIB, terabytes + " bytes allocated, sender included");
      for (int i = 0; i < ROUNDS; i++) {
        send(a, "a bomb of 40 MiB");
      }
      long bombs = allocated() - before - terabytes;
      // The body itself has 2 MiB, and is held by sender, network and reader.
      assertTrue(bombs < ROUNDS * 2 * 20 * MIB, bombs + " bytes allocated, sender included");
    }
  }

  private void send(TestAggregator a) {
    bodies.keySet().forEach(name -> send(a, name));
  }

  private void send(TestAggregator a, String name) {
    int status = Integer.parseInt(expected.get(name).substring(0, 3));
    String fragment = expected.get(name).substring(4);
    for (Version version : Version.values()) {
      byte[] body = bodies.get(name).get(version == Version.V1 ? 0 : 1);
      if (body != null) {
        a.sender().post(body, version.contentType()).mustBe(status, fragment);
      }
    }
  }

  private void both(String name, String answer, byte[] body) {
    expected.put(name, answer);
    bodies.put(name, List.of(body, body));
  }

  /** A bad series, in both versions, and a good one that is stored. */
  private void costing(String name, String answer, RuleSeries bad) {
    expected.put(name, answer);
    bodies.put(
        name,
        List.of(
            compressed(RuleSeries.v1("n", bad, GOOD)),
            compressed(RuleSeries.v2("n", bad, GOOD).build().toByteArray())));
  }

  private void utf8() {
    byte[] v1 = RuleSeries.v1("n", value("ZZ"), GOOD);
    byte[] v2 = RuleSeries.v2("n", value("ZZ"), GOOD).build().toByteArray();
    for (byte[] message : List.of(v1, v2)) {
      for (int i = 1; i < message.length; i++) {
        if (message[i] == 'Z' && message[i - 1] == 'Z') {
          message[i] = (byte) 0xFF;
        }
      }
    }
    expected.put("invalid UTF-8", "400 1 × label is not valid UTF-8");
    bodies.put("invalid UTF-8", List.of(compressed(v1), compressed(v2)));
  }

  private void references() {
    expected.put("references out of range", "400 4 × symbol reference out of range");
    var request = RuleSeries.v2("n", GOOD);
    for (int ref : new int[] {1000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      request.addTimeseriesBuilder().addLabelsRefs(1).addLabelsRefs(ref);
    }
    List<byte[]> only2 = new ArrayList<>();
    only2.add(null);
    only2.add(compressed(request.build().toByteArray()));
    bodies.put("references out of range", only2);
  }

  private static RuleSeries value(String text) {
    return series("m", "a", text).at(0, 1);
  }

  private static RuleSeries name(String text) {
    return series("m", text, "x").at(0, 1);
  }

  private static RuleSeries metric(String text) {
    return series(text).at(0, 1);
  }

  private static RuleSeries histogram(long time, int length) {
    return series("h")
        .histogramAt(
            time,
            Histogram.newBuilder()
                .setCountInt(1)
                .addPositiveSpans(BucketSpan.newBuilder().setLength(length))
                .addPositiveDeltas(1)
                .build());
  }

  /** 2^40 as the size of a block, and nothing to back it. */
  private static byte[] terabyte() {
    return new byte[] {-128, -128, -128, -128, -128, 0x20, 0, 0};
  }

  /** Series without content, which 1.0 and 2.0 number differently. */
  private static byte[] empty(int series) {
    byte[] message = new byte[4 * series];
    for (int i = 0; i < series; i++) {
      message[4 * i] = (1 << 3) | 2;
      message[4 * i + 2] = (5 << 3) | 2;
    }
    return compressed(message);
  }

  private static long usedHeap() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** By all threads that run. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }
}
