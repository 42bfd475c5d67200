// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.bench.load.Protocol;
import io.harvester.bench.tool.Http;
import io.harvester.bench.tool.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Single-node VictoriaMetrics; it accepts remote_write 1.0 only. */
final class VictoriaReceiver implements Receiver {
  /** VictoriaMetrics keeps acknowledged samples in memory for up to five seconds. */
  private static final long FLUSH_MILLIS = 7_000;

  private final String binary;
  private final Path folder;
  private final URI url;
  private ServerProcess process;

  VictoriaReceiver(String binary, Path folder, int port) {
    this.binary = binary;
    this.folder = folder.resolve("victoriametrics");
    this.url = URI.create("http://127.0.0.1:" + port + "/api/v1/write");
  }

  @Override
  public String name() {
    return "VictoriaMetrics";
  }

  @Override
  public boolean accepts(Protocol protocol) {
    return protocol == Protocol.V1;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Directories.delete(folder);
    String command =
        "%s -storageDataPath=%s -httpListenAddr=%s -retentionPeriod=10y"
            .formatted(binary, folder.resolve("data"), url.getAuthority());
    process = new ServerProcess(command, url.resolve("/health"), folder.resolve("log"));
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

  @Override
  public Footprint sizeAfterLoad() throws IOException, InterruptedException {
    Thread.sleep(FLUSH_MILLIS);
    return size();
  }

  @Override
  public Footprint sizeAfterMaintenance() throws IOException, InterruptedException {
    Http.get(url.resolve("/internal/force_merge"));
    Footprint last = null;
    for (Footprint now = size(); !now.equals(last); now = size()) {
      last = now;
      Thread.sleep(3000);
    }
    return last;
  }

  private Footprint size() throws IOException {
    Path data = folder.resolve("data");
    long all = Directories.bytes(data, file -> true);
    long index = Directories.bytes(data, file -> file.toString().contains("indexdb"));
    return new Footprint(all - index, index);
  }

  @Override
  public long walBytes() {
    return -1;
  }

  @Override
  public void stop() throws InterruptedException {
    process.stop(Duration.ofSeconds(60));
  }
}
