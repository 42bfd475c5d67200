// SPDX-License-Identifier: Apache-2.0
package io.harvester.fleet;

/** A number of a node that the list of nodes shows, as PromQL on the metrics of node_exporter. */
public enum Vital {
  /** Fraction of all cores that is not idle. */
  CPU("1 - avg by (%1$s) (rate(node_cpu_seconds_total{mode=\"idle\"}[2m]))", true),
  /** Fraction of memory that programs cannot get. */
  MEMORY("max by (%1$s) (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)", true),
  /** Used fraction of the fullest file system. */
  DISK(
      "topk by (%1$s) (1, 1 - node_filesystem_avail_bytes{%2$s} / node_filesystem_size_bytes{%2$s})",
      "max by (%1$s) (1 - node_filesystem_avail_bytes{%2$s} / node_filesystem_size_bytes{%2$s})"),
  /** Bytes per second. */
  RECEIVED("sum by (%1$s) (rate(node_network_receive_bytes_total{%3$s}[2m]))", false),
  /** Bytes per second. */
  SENT("sum by (%1$s) (rate(node_network_transmit_bytes_total{%3$s}[2m]))", false),
  /** Load of the last minute. */
  LOAD("max by (%1$s) (node_load1)", true),
  /** Number of cores. */
  CORES("count by (%1$s) (node_cpu_seconds_total{mode=\"idle\"})", false),
  /** Seconds between two scrapes; the time since the last one does not count. */
  INTERVAL(
      "max by (%1$s) ((300 - (time() - timestamp(node_load1))) / count_over_time(node_load1[5m]))",
      false),
  /** Received and sent, only over time. */
  NETWORK(
      "",
      "sum by (%1$s) (rate(node_network_receive_bytes_total{%3$s}[2m]))"
          + " + sum by (%1$s) (rate(node_network_transmit_bytes_total{%3$s}[2m]))");

  /** File systems that fill up, unlike those in memory, of containers, or read-only images. */
  private static final String FILE_SYSTEMS =
      "fstype!~\"(autofs|devtmpfs|efivarfs|iso9660|nsfs|overlay|ramfs|rootfs|squashfs|tmpfs"
          + "|fuse\\\\..*)\"";

  /** Interfaces of the machine, not those of containers and tunnels: their bytes pass them, too. */
  private static final String DEVICES =
      "device!~\"(lo|veth|docker|br-|virbr|cni|flannel|cali|tap|tun|wg|lxc|vnet|podman|ifb).*\"";

  private final String now;
  private final String overTime;

  Vital(String now, boolean hasSparkline) {
    this(now, hasSparkline ? now : "");
  }

  Vital(String now, String overTime) {
    this.now = now;
    this.overTime = overTime;
  }

  /** The expression of the newest value; "": none. */
  String now(String nodeLabel) {
    return now.formatted(nodeLabel, FILE_SYSTEMS, DEVICES);
  }

  /** The expression of a sparkline; "": none. */
  String overTime(String nodeLabel) {
    return overTime.formatted(nodeLabel, FILE_SYSTEMS, DEVICES);
  }

  /** Whether its values are fractions of 1. */
  public boolean isFraction() {
    return this == CPU || this == MEMORY || this == DISK;
  }

  /** Whether its values rarely change: they are computed with each point of the lines only. */
  boolean isSteady() {
    return this == CORES || this == INTERVAL;
  }
}
