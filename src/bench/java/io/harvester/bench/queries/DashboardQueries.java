// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.queries;

import java.util.ArrayList;
import java.util.List;

/** Range queries of the kinds that dashboards of node_exporter use. */
final class DashboardQueries {
  private static final List<String> COUNTERS =
      List.of(
          "node_cpu_seconds_total",
          "node_disk_read_bytes_total",
          "node_disk_written_bytes_total",
          "node_disk_reads_completed_total",
          "node_disk_writes_completed_total",
          "node_disk_io_time_seconds_total",
          "node_disk_read_time_seconds_total",
          "node_disk_write_time_seconds_total",
          "node_network_receive_bytes_total",
          "node_network_transmit_bytes_total",
          "node_network_receive_packets_total",
          "node_network_transmit_packets_total",
          "node_context_switches_total",
          "node_intr_total",
          "node_forks_total",
          "node_schedstat_running_seconds_total",
          "node_schedstat_waiting_seconds_total",
          "node_softnet_processed_total",
          "node_pressure_cpu_waiting_seconds_total",
          "node_pressure_io_waiting_seconds_total");

  private static final List<String> GAUGES =
      List.of(
          "node_load1",
          "node_load5",
          "node_load15",
          "node_memory_MemFree_bytes",
          "node_memory_MemAvailable_bytes",
          "node_memory_Cached_bytes",
          "node_memory_Buffers_bytes",
          "node_memory_Active_bytes",
          "node_memory_Inactive_bytes",
          "node_memory_Dirty_bytes",
          "node_memory_Slab_bytes",
          "node_filesystem_avail_bytes",
          "node_filesystem_files_free",
          "node_procs_running",
          "node_filefd_allocated",
          "node_nf_conntrack_entries",
          "node_sockstat_TCP_inuse",
          "node_hwmon_temp_celsius",
          "node_disk_io_now",
          "node_arp_entries");

  /** {@code %1$s} is a metric, {@code %2$s} a node. */
  private static final List<String> OF_COUNTERS =
      List.of(
          "rate(%1$s{node=\"%2$s\"}[5m])",
          "irate(%1$s{node=\"%2$s\"}[1m])",
          "increase(%1$s{node=\"%2$s\"}[10m])",
          "sum by (node) (rate(%1$s{node=\"%2$s\"}[5m]))",
          "avg by (device) (rate(%1$s{node=\"%2$s\"}[2m]))",
          "topk(3, rate(%1$s{node=\"%2$s\"}[5m]))",
          "rate(%1$s{node=\"%2$s\"}[5m]) / scalar(count(count by (cpu)"
              + " (node_cpu_seconds_total{node=\"%2$s\"})))",
          "label_replace(rate(%1$s{node=\"%2$s\"}[5m]), \"part\", \"$1\", \"device\", \"(.*)\")");

  private static final List<String> OF_GAUGES =
      List.of(
          "%1$s{node=\"%2$s\"}",
          "avg_over_time(%1$s{node=\"%2$s\"}[5m])",
          "max by (node) (%1$s{node=\"%2$s\"})",
          "%1$s{node=\"%2$s\"} / on (node) group_left"
              + " node_memory_MemTotal_bytes{node=\"%2$s\"} * 100",
          "predict_linear(%1$s{node=\"%2$s\"}[30m], 3600)",
          "quantile_over_time(0.95, %1$s{node=\"%2$s\"}[10m])");

  private DashboardQueries() {}

  /** The 280 queries of a page about one node. */
  static List<String> ofNode(String node) {
    List<String> all = new ArrayList<>();
    cross(OF_COUNTERS, COUNTERS, node, all);
    cross(OF_GAUGES, GAUGES, node, all);
    return all;
  }

  /** Queries over all nodes. */
  static List<String> ofFleet() {
    return List.of(
        "sum by (node) (rate(node_cpu_seconds_total{mode!=\"idle\"}[5m]))",
        "topk(5, sum by (node) (rate(node_cpu_seconds_total{mode!=\"idle\"}[5m])))",
        "topk(5, node_load1)",
        "count({__name__=~\".+\"})",
        "avg(node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)",
        "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))");
  }

  private static void cross(
      List<String> templates, List<String> metrics, String node, List<String> to) {
    for (String template : templates) {
      for (String metric : metrics) {
        to.add(String.format(template, metric, node));
      }
    }
  }
}
