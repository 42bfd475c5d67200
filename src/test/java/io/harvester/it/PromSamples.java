// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;

import io.harvester.testing.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Float series with everything that makes a rate or a mean go wrong, the same for the same seed:
 * metrics {@code events_total} and {@code level} of the nodes a and b, one series per kind.
 */
final class PromSamples {
  /** Time of the first samples. */
  static final long BASE = 1_768_003_200_000L; // 2026-01-10T00:00:00Z

  /** Time from the first to the last samples. */
  static final long SPAN = 5_400_000;

  static final List<String> COUNTERS =
      List.of("steady", "resets", "gaps", "ends", "nan", "infinite", "late", "huge", "idle");
  static final List<String> GAUGES =
      List.of(
          "walk",
          "constant",
          "large",
          "nan",
          "infinite",
          "gaps",
          "ends",
          "tiny",
          "cancelling",
          "extreme");

  private PromSamples() {}

  /** All series, with all their samples in ascending order. */
  static List<Message.Series> all(long seed) {
    List<Message.Series> all = new ArrayList<>();
    Random random = new Random(seed);
    for (String node : List.of("a", "b")) {
      for (String kind : COUNTERS) {
        all.add(series("events_total", "node", node, "kind", kind).with(counter(kind, random)));
      }
      for (String kind : GAUGES) {
        all.add(series("level", "node", node, "kind", kind).with(gauge(kind, random)));
      }
    }
    all.addAll(PromHistograms.classic(random));
    return all;
  }

  /** Identifies the samples, so that recorded answers are not compared with others. */
  static String fingerprint(List<Message.Series> all) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Message.Series one : all) {
      digest.update(one.labels().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      for (Message.Sample sample : one.samples()) {
        digest.update(
            ByteBuffer.allocate(16).putLong(sample.time()).putLong(sample.bits()).array());
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /** The samples within [from, from + length), of the series that have some. */
  static Message.Series[] slice(List<Message.Series> all, long from, long length) {
    return all.stream()
        .map(
            one ->
                one.with(
                    one.samples().stream()
                        .filter(s -> s.time() >= from && s.time() < from + length)
                        .toArray(Message.Sample[]::new)))
        .filter(one -> !one.samples().isEmpty())
        .toArray(Message.Series[]::new);
  }

  /** Scrape times: every 15, 30 or 60 s, up to 20 ms off, one in twenty missing. */
  static List<Long> times(String kind, Random random) {
    long interval = List.of(15_000L, 15_000L, 30_000L, 60_000L).get(random.nextInt(4));
    long offset = random.nextInt((int) interval);
    List<Long> times = new ArrayList<>();
    for (long t = offset; t < SPAN; t += interval) {
      boolean missing =
          random.nextInt(20) == 0
              || (kind.equals("gaps") && (t / 400_000) % 3 == 1)
              || (kind.equals("late") && t < SPAN / 3);
      if (!missing) {
        times.add(BASE + t + random.nextInt(41) - 20);
      }
    }
    return times;
  }

  private static Message.Sample[] counter(String kind, Random random) {
    List<Message.Sample> samples = new ArrayList<>();
    double value = kind.equals("huge") ? 1e15 : random.nextInt(3) * 50.0;
    for (long time : times(kind, random)) {
      value += kind.equals("idle") && random.nextInt(9) > 0 ? 0 : random.nextDouble() * 40;
      value += kind.equals("huge") ? random.nextInt(1_000_000) : 0;
      if (kind.equals("resets") && random.nextInt(12) == 0) {
        value = random.nextInt(4) * random.nextDouble();
      }
      samples.add(kind.equals("ends") ? ending(time, value) : special(kind, time, value, random));
    }
    return samples.toArray(Message.Sample[]::new);
  }

  private static Message.Sample[] gauge(String kind, Random random) {
    List<Message.Sample> samples = new ArrayList<>();
    double value = kind.equals("large") ? 5e10 : random.nextInt(100);
    for (long time : times(kind, random)) {
      value =
          switch (kind) {
            case "constant" -> 0.1;
            case "tiny" -> random.nextGaussian() * 1e-300;
            case "cancelling" -> (random.nextBoolean() ? 1e16 : -1e16) + random.nextInt(50);
            case "extreme" -> (random.nextInt(3) - 1) * 1.7e308;
            default -> value + random.nextGaussian() * (kind.equals("large") ? 1e4 : 3);
          };
      samples.add(kind.equals("ends") ? ending(time, value) : special(kind, time, value, random));
    }
    return samples.toArray(Message.Sample[]::new);
  }

  /** Stale for ten minutes of each half hour: a marker, then silence. */
  private static Message.Sample ending(long time, double value) {
    return (time - BASE) % 1_800_000 >= 1_200_000 ? bitsAt(time, Message.STALE) : at(time, value);
  }

  private static Message.Sample special(String kind, long time, double value, Random random) {
    if (random.nextInt(10) > 0) {
      return at(time, value);
    }
    return switch (kind) {
      case "nan" -> at(time, Double.NaN);
      case "infinite" ->
          at(time, random.nextInt(3) > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      default -> at(time, value);
    };
  }
}
