// SPDX-License-Identifier: Apache-2.0
package io.harvester.docs;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;

import io.harvester.TestAggregator;
import io.harvester.testing.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongPredicate;

/**
 * The fleet of docs/sql.md: a sample per minute, of the last 25 hours and of an hour a week ago.
 * web-2 rebooted 40 minutes ago, db-1 was not scraped for ten minutes, a disk of db-2 was unmounted
 * (stale marker), lab-1 is silent since three hours. The samples go on for ten minutes after now,
 * so that answers do not depend on how long a test takes.
 */
final class CookbookFleet {
  private static final long MINUTE = 60_000;
  private static final int FIRST = 25 * 60;
  private static final int LAST = -10;
  private static final int WEEK = 7 * 24 * 60;
  private static final List<String> NODES = List.of("web-1", "web-2", "db-1", "db-2", "lab-1");
  private static final double GIB = 1 << 30;

  private final long now;
  private final List<Message.Series> all = new ArrayList<>();

  private CookbookFleet(long now) {
    this.now = now;
  }

  /** Sends all samples, and stops the aggregator, which then has written what it knows of nodes. */
  static void store(TestAggregator aggregator, long now) {
    CookbookFleet fleet = new CookbookFleet(now);
    for (int i = 0; i < NODES.size(); i++) {
      fleet.machine(NODES.get(i), i);
    }
    fleet.service("web-1", 1);
    fleet.service("web-2", 3);
    for (Message.Series one : fleet.all) {
      aggregator.send(one).mustBeStored();
    }
  }

  private void machine(String node, int i) {
    double busy = List.of(0.10, 0.25, 0.40, 0.85, 0.05).get(i);
    for (String cpu : List.of("0", "1")) {
      counter("node_cpu_seconds_total", node, 1 - busy, "cpu", cpu, "mode", "idle");
      counter("node_cpu_seconds_total", node, busy * 0.75, "cpu", cpu, "mode", "user");
      counter("node_cpu_seconds_total", node, busy * 0.25, "cpu", cpu, "mode", "system");
    }
    counter("node_network_receive_bytes_total", node, 1e6 * (i + 1), "device", "eth0");
    counter("node_network_receive_bytes_total", node, 1e3, "device", "lo");
    gauge("node_load1", node, age -> busy * 2 + (age > 30 && age <= 90 ? 1 : 0));
    gauge("node_memory_MemTotal_bytes", node, age -> 16 * GIB);
    gauge("node_memory_MemAvailable_bytes", node, age -> (12.2 - 2 * i) * GIB + age * 1e5 * i);
    disk(node, "/", 100, age -> (60 - i * 10) * GIB);
    double perMinute = node.equals("db-1") ? 40.0 / 1440 * GIB : 0;
    disk(node, "/data", 500, age -> 25 * GIB + age * perMinute);
    gauge("up", node, age -> 1);
    double boot = Math.floor(now / 1000.0) - 1e6;
    gauge(
        "node_boot_time_seconds",
        node,
        age -> reboots(node) && age <= 40 ? boot + 1e6 - 2400 : boot);
    String version = node.startsWith("db") ? "1.9.1" : "1.10.2";
    gauge("node_exporter_build_info", node, age -> 1, "version", version);
  }

  private void disk(String node, String mountpoint, int size, DoubleUnaryOperator available) {
    gauge("node_filesystem_size_bytes", node, age -> size * GIB, "mountpoint", mountpoint);
    gauge("node_filesystem_avail_bytes", node, available, "mountpoint", mountpoint);
  }

  /** Requests that took 0.04 s, 0.2 s, and a few 0.9 s; one in a hundred fails. */
  private void service(String node, double perSecond) {
    List<String> bounds = List.of("0.05", "0.1", "0.25", "0.5", "1", "+Inf");
    List<Double> shares = List.of(0.7, 0.7, 0.95, 0.95, 1.0, 1.0);
    for (int b = 0; b < bounds.size(); b++) {
      double rate = perSecond * shares.get(b);
      counter("http_request_duration_seconds_bucket", node, rate, "le", bounds.get(b));
    }
    counter("http_requests_total", node, perSecond * 0.99, "code", "200");
    counter("http_requests_total", node, perSecond * 0.01, "code", "500");
  }

  private static boolean reboots(String node) {
    return node.equals("web-2");
  }

  /** Grows steadily; a week ago by a fifth less; from 0 again after a reboot. */
  private void counter(String metric, String node, double perSecond, String... labels) {
    gauge(
        metric,
        node,
        age ->
            perSecond
                * 60
                * (age > FIRST
                    ? (WEEK + FIRST - age) * 0.8
                    : reboots(node) && age <= 40 ? 40 - age : 2e4 + FIRST - age),
        labels);
  }

  private void gauge(String metric, String node, DoubleUnaryOperator value, String... labels) {
    LongPredicate missing =
        age ->
            (node.equals("lab-1") && age < 180) || (node.equals("db-1") && age > 20 && age <= 30);
    List<Message.Sample> samples = new ArrayList<>();
    for (int age = WEEK + 60; age >= LAST; age--) {
      boolean kept = age >= WEEK || age <= FIRST;
      if (kept && !missing.test(age)) {
        boolean unmounted = node.equals("db-2") && List.of(labels).contains("/data") && age < 120;
        if (!unmounted) {
          samples.add(at(now - age * MINUTE, value.applyAsDouble(age)));
        } else if (age == 119) {
          samples.add(bitsAt(now - age * MINUTE, Message.STALE));
        }
      }
    }
    List<String> all = new ArrayList<>(List.of("node", node));
    all.addAll(List.of(labels));
    this.all.add(
        series(metric, all.toArray(String[]::new)).with(samples.toArray(Message.Sample[]::new)));
  }
}
