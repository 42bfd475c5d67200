// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;

import io.harvester.testing.Message;
import io.harvester.testing.TestSender;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What four machines export: a sample each 15 s in the last 70 minutes, and each minute in an hour
 * a week before. All have a failed unit and a disk that fills up; db-1 rebooted half an hour ago;
 * lab-1 is silent since ten minutes. The label instance of web-1 and web-2 is their own.
 */
final class GrafanaFleet {
  static final List<String> NODES = List.of("db-1", "lab-1", "web-1", "web-2");
  static final String SILENT = "lab-1";

  private static final long STEP = 15_000;
  private static final long MINUTE = 60_000;
  private static final long SLICE = 10 * MINUTE;
  private static final long SPAN = 70 * MINUTE;
  private static final long WEEK = 7 * 24 * 60 * MINUTE;
  private static final double GIB = 1 << 30;
  private static final Pattern LINE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A series without samples, and its value at each time. */
  private record Signal(Message.Series series, LongToDoubleFunction value) {}

  private final long end;
  private final List<Signal> signals = new ArrayList<>();

  /** The last samples are at the end, in ms. */
  GrafanaFleet(long end) {
    this.end = end;
    for (int i = 0; i < NODES.size(); i++) {
      machine(NODES.get(i), i + 1);
    }
  }

  /**
   * The metrics of an aggregator as it exports them now, as if it had counted them since a week.
   */
  GrafanaFleet(long end, String exposition) {
    this.end = end;
    String[] target = {"node", "db-1", "job", "harvester", "instance", "localhost:9201"};
    for (Matcher line = LINE.matcher(exposition); line.find(); ) {
      List<String> labels = new ArrayList<>(List.of(target));
      if (line.group(2) != null) {
        LABEL
            .matcher(line.group(2))
            .results()
            .forEach(label -> labels.addAll(List.of(label.group(1), label.group(2))));
      }
      double value = Double.parseDouble(line.group(3).replace("+Inf", "Infinity"));
      boolean counts = line.group(1).matches(".*_(total|count|sum|bucket)");
      signals.add(
          new Signal(
              series(line.group(1), labels.toArray(String[]::new)),
              t -> counts ? Math.floor(value * (t - end + 2.0 * WEEK) / (2.0 * WEEK)) : value));
    }
  }

  /** Both, for one who takes samples in the order of time only. */
  GrafanaFleet and(GrafanaFleet other) {
    signals.addAll(other.signals);
    return this;
  }

  private void machine(String node, int i) {
    double seconds = end / 1000.0;
    gauge(node, "up", t -> 1, "job", "node_exporter", "instance", host(node) + ":9100");
    gauge(node, "up", t -> 1, "job", "prometheus", "instance", host(node) + ":9090");
    cpus(node, i);
    memory(node, i);
    disks(node, i);
    network(node, i);
    exported(node, "node_boot_time_seconds", t -> boot(node, t) / 1000.0);
    exported(node, "node_time_seconds", t -> t / 1000.0);
    exported(node, "node_timex_offset_seconds", t -> wave(t, 0.001 * i));
    exported(node, "node_load1", t -> i + wave(t, 0.5));
    exported(node, "node_load5", t -> i + wave(t, 0.3));
    exported(node, "node_load15", t -> i + wave(t, 0.1));
    exported(node, "node_filefd_allocated", t -> 2000 + wave(t, 100));
    exported(node, "node_netstat_Tcp_CurrEstab", t -> 20 + wave(t, 5));
    counter(node, "node_netstat_Tcp_RetransSegs", 0.2);
    for (String chip : List.of("platform_coretemp_0", "nvme_nvme0")) {
      exported(
          node, "node_hwmon_temp_celsius", t -> 45 + wave(t, 9), "chip", chip, "sensor", "temp1");
    }
    for (String unit : List.of("cron.service", "backup.service")) {
      for (String state : List.of("active", "activating", "deactivating", "failed", "inactive")) {
        boolean failed = unit.startsWith("backup");
        double one = state.equals(failed ? "failed" : "active") ? 1 : 0;
        exported(
            node,
            "node_systemd_unit_state",
            t -> one,
            "name",
            unit,
            "state",
            state,
            "type",
            "simple");
      }
    }
    exported(node, "node_os_info", t -> 1, "id", "debian", "pretty_name", "Debian 13");
    exported(node, "node_exporter_build_info", t -> 1, "version", i > 2 ? "1.10.2" : "1.9.1");
    gauge(node, "prometheus_build_info", t -> 1, "job", "prometheus", "version", "3.5.3");
    exported(
        node,
        "node_uname_info",
        t -> 1,
        "sysname",
        "Linux",
        "machine",
        "x86_64",
        "release",
        "6.12." + i,
        "nodename",
        node,
        "domainname",
        "(none)");
    exported(
        node,
        "harvester_remote_session_started_timestamp_seconds",
        t -> seconds - 600,
        "session",
        "7",
        "user",
        "ada",
        "client",
        "10.0.0.9");
  }

  private void cpus(String node, int i) {
    for (String cpu : List.of("0", "1")) {
      double busy = 0.2 * i;
      counter(node, "node_cpu_seconds_total", 1 - busy, "cpu", cpu, "mode", "idle");
      counter(node, "node_cpu_seconds_total", busy * 0.6, "cpu", cpu, "mode", "user");
      counter(node, "node_cpu_seconds_total", busy * 0.3, "cpu", cpu, "mode", "system");
      counter(node, "node_cpu_seconds_total", busy * 0.1, "cpu", cpu, "mode", "iowait");
    }
    for (String resource : List.of("cpu", "memory", "io")) {
      counter(node, "node_pressure_" + resource + "_waiting_seconds_total", 0.01 * i);
    }
  }

  private void memory(String node, int i) {
    exported(node, "node_memory_MemTotal_bytes", t -> 16 * GIB);
    exported(node, "node_memory_MemAvailable_bytes", t -> (14 - 2 * i) * GIB + wave(t, 1e8));
    exported(node, "node_memory_MemFree_bytes", t -> GIB + wave(t, 1e8));
    exported(node, "node_memory_Buffers_bytes", t -> 2e8);
    exported(node, "node_memory_Cached_bytes", t -> 3 * GIB + wave(t, 1e8));
    exported(node, "node_memory_SReclaimable_bytes", t -> 3e8);
    exported(node, "node_memory_SwapTotal_bytes", t -> 4 * GIB);
    exported(node, "node_memory_SwapFree_bytes", t -> 3.5 * GIB);
    counter(node, "node_vmstat_pswpin", 1);
    counter(node, "node_vmstat_pswpout", 2);
  }

  private void disks(String node, int i) {
    String[] tmpfs = {"device", "tmpfs", "fstype", "tmpfs", "mountpoint", "/run"};
    String[] root = {"device", "/dev/nvme0n1p1", "fstype", "ext4", "mountpoint", "/"};
    String[] data = {"device", "/dev/sda1", "fstype", "xfs", "mountpoint", "/srv"};
    for (String[] labels : List.of(tmpfs, root, data)) {
      exported(node, "node_filesystem_size_bytes", t -> 100 * GIB, labels);
      exported(node, "node_filesystem_files", t -> 1e6, labels);
      exported(node, "node_filesystem_files_free", t -> 9e5, labels);
      exported(node, "node_filesystem_readonly", t -> 0, labels);
    }
    exported(node, "node_filesystem_avail_bytes", t -> 100 * GIB, tmpfs);
    exported(node, "node_filesystem_avail_bytes", t -> 50 * GIB + wave(t, 1e7), root);
    exported(node, "node_filesystem_avail_bytes", t -> 5 * GIB + (end - t) * 5.0 * i, data);
    for (String device : List.of("nvme0n1", "sda")) {
      String[] labels = {"device", device};
      counter(node, "node_disk_io_time_seconds_total", 0.1 * i, labels);
      counter(node, "node_disk_read_bytes_total", 1e6 * i, labels);
      counter(node, "node_disk_written_bytes_total", 2e6 * i, labels);
      counter(node, "node_disk_reads_completed_total", 100, labels);
      counter(node, "node_disk_writes_completed_total", 200, labels);
      counter(node, "node_disk_read_time_seconds_total", 0.05, labels);
      counter(node, "node_disk_write_time_seconds_total", 0.2, labels);
    }
  }

  private void network(String node, int i) {
    for (String device : List.of("lo", "eth0", "eth1")) {
      String[] labels = {"device", device};
      counter(node, "node_network_receive_bytes_total", 1e6 * i, labels);
      counter(node, "node_network_transmit_bytes_total", 5e5 * i, labels);
      for (String kind :
          List.of("receive_errs", "transmit_errs", "receive_drop", "transmit_drop")) {
        counter(node, "node_network_" + kind + "_total", 0.1, labels);
      }
    }
  }

  /** Moves by so much around zero, within twenty minutes. */
  private static double wave(long time, double by) {
    return by * Math.sin(time / 200_000.0);
  }

  private long boot(String node, long time) {
    long last = end - 30 * MINUTE;
    return node.equals("db-1") && time >= last ? last : end - 2 * WEEK;
  }

  /** Grows from the last boot on, faster and slower. */
  private void counter(String node, String metric, double perSecond, String... labels) {
    exported(
        node, metric, t -> perSecond * ((t - boot(node, t)) / 1000.0 + 20 + wave(t, 20)), labels);
  }

  private void exported(String node, String metric, LongToDoubleFunction value, String... labels) {
    List<String> all =
        new ArrayList<>(List.of("job", "node_exporter", "instance", host(node) + ":9100"));
    all.addAll(List.of(labels));
    gauge(node, metric, value, all.toArray(String[]::new));
  }

  private void gauge(String node, String metric, LongToDoubleFunction value, String... labels) {
    List<String> all = new ArrayList<>(List.of("node", node, "site", site(node)));
    all.addAll(List.of(labels));
    signals.add(new Signal(series(metric, all.toArray(String[]::new)), value));
  }

  /** As the role prometheus sets it: localhost, or prometheus_instance. */
  private static String host(String node) {
    return node.startsWith("web") ? node : "localhost";
  }

  private static String site(String node) {
    return node.startsWith("web") ? "berlin" : "bonn";
  }

  /** Sends all samples in the order of time, as Prometheus needs them. */
  void store(TestSender to) {
    for (long from = end - WEEK - 60 * MINUTE; from <= end - WEEK; from += SLICE) {
      send(to, from, from + SLICE, MINUTE);
    }
    for (long from = end - SPAN; from <= end; from += SLICE) {
      send(to, from, Math.min(end + 1, from + SLICE), STEP);
    }
  }

  private void send(TestSender to, long from, long before, long step) {
    List<Message.Series> slice = new ArrayList<>();
    for (Signal signal : signals) {
      Message.Sample[] samples =
          LongStream.iterate(from, time -> time < before, time -> time + step)
              .filter(time -> time <= end - 10 * MINUTE || !isSilent(signal))
              .mapToObj(time -> at(time, signal.value().applyAsDouble(time)))
              .toArray(Message.Sample[]::new);
      if (samples.length > 0) {
        slice.add(signal.series().with(samples));
      }
    }
    to.send(slice.toArray(Message.Series[]::new)).mustBeStored();
  }

  private static boolean isSilent(Signal signal) {
    return signal.series().labels().contains(new Message.Label("node", SILENT));
  }
}
