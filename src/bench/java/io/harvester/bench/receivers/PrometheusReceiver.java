// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.Http;
import io.harvester.bench.tool.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Prometheus as a remote_write receiver. */
final class PrometheusReceiver implements Receiver {
  private final String binary;
  private final Path folder;
  private final URI url;
  private ServerProcess process;

  PrometheusReceiver(String binary, Path folder, int port) {
    this.binary = binary;
    this.folder = folder.resolve("prometheus");
    this.url = URI.create("http://127.0.0.1:" + port + "/api/v1/write");
  }

  @Override
  public String name() {
    return "Prometheus";
  }

  @Override
  public boolean accepts(Protocol protocol) {
    return true;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Directories.delete(folder);
    Files.createDirectories(folder);
    Path config = Files.writeString(folder.resolve("prometheus.yml"), "global: {}\n");
    String command =
        ("%s --config.file=%s --storage.tsdb.path=%s --web.listen-address=%s"
                + " --web.enable-remote-write-receiver --web.enable-admin-api")
            .formatted(binary, config, folder.resolve("data"), url.getAuthority());
    process = new ServerProcess(command, url.resolve("/-/ready"), folder.resolve("log"));
    process.start();
    process.awaitReady(Duration.ofSeconds(30));
  }

  @Override
  public URI writeUrl() {
    return url;
  }

  @Override
  public List<Long> processes() {
    return List.of(process.pid());
  }

  /** Recent samples are only in the write-ahead log, so this is the size of the log. */
  @Override
  public Footprint sizeAfterLoad() throws IOException {
    return new Footprint(Directories.bytes(folder.resolve("data"), file -> true), 0);
  }

  /** A snapshot writes the blocks that compaction would write after two hours. */
  @Override
  public Footprint sizeAfterMaintenance() throws IOException, InterruptedException {
    Http.post(url.resolve("/api/v1/admin/tsdb/snapshot"));
    Path snapshots = folder.resolve("data/snapshots");
    long all = Directories.bytes(snapshots, file -> true);
    long chunks = Directories.bytes(snapshots, file -> file.toString().contains("/chunks/"));
    Directories.delete(snapshots);
    return new Footprint(chunks, all - chunks);
  }

  @Override
  public long walBytes() {
    return -1;
  }

  @Override
  public void stop() throws InterruptedException {
    process.stop(Duration.ofMinutes(2));
  }
}
