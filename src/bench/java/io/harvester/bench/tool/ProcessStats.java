// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** CPU time and memory of processes on this machine, from {@code /proc}. */
public final class ProcessStats {
  private static final double TICKS_PER_SECOND = 100;
  private static final int UTIME = 11;

  private ProcessStats() {}

  /** A process and all its descendants that are alive. */
  public static List<Long> family(long pid) {
    return Stream.concat(
            Stream.of(pid),
            ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid))
        .toList();
  }

  /** CPU seconds of a process and its descendants; children that ended are included. */
  public static double cpuSeconds(long pid) throws IOException {
    double ticks = 0;
    for (long member : family(pid)) {
      ticks += ticks(member);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Peak resident memory of this one process, in MiB. */
  public static long peakMegabytes(long pid) throws IOException {
    return statusLine(pid, "VmHWM:") / 1024;
  }

  /** The process number of the parent. */
  public static long parent(long pid) throws IOException {
    return statusLine(pid, "PPid:");
  }

  private static long statusLine(long pid, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  /** utime, stime, cutime and cstime of {@code /proc/PID/stat}. */
  private static double ticks(long pid) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    String line = Files.readString(stat);
    String[] field = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    double ticks = 0;
    for (int i = UTIME; i < UTIME + 4; i++) {
      ticks += Long.parseLong(field[i]);
    }
    return ticks;
  }
}
