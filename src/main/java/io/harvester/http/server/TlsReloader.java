// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import io.harvester.config.Settings.TlsFiles;
import io.harvester.schedule.Scheduler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all servers use the certificate that is on disk. A new certificate and key are used only as a
 * pair: while one of the files is the old one, or half written, the last good pair is kept. Open
 * connections keep the certificate they began with.
 */
public final class TlsReloader {
  private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration UPDATE_TIMEOUT = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final TlsFiles files;

  /** Listening servers, each with what it uses. */
  private final Map<HttpServer, TlsIdentity> inUse = new ConcurrentHashMap<>();

  private volatile TlsIdentity current;

  /**
   * Reads the files for the first time.
   *
   * @throws TlsException if they cannot be used
   */
  public TlsReloader(Vertx vertx, TlsFiles files) throws TlsException {
    this.vertx = vertx;
    this.files = files;
    this.current = TlsIdentity.of(TlsIdentity.Content.read(files), files, vertx);
  }

  /** Reads the files again every two seconds. */
  public void start(Scheduler scheduler) {
    scheduler.every("tls-reload", INTERVAL, this::reload);
  }

  /** When the newest certificate expires, in seconds since the epoch. */
  public long expires() {
    return current.expires().getEpochSecond();
  }

  /** What a server starts with. */
  TlsIdentity current() {
    return current;
  }

  /** Adds a listening server that started with {@code identity}. */
  void register(HttpServer server, TlsIdentity identity) {
    inUse.put(server, identity);
  }

  /** Removes a server, before it closes. */
  void unregister(HttpServer server) {
    inUse.remove(server);
  }

  private void reload() throws Exception {
    try {
      TlsIdentity.Content content = TlsIdentity.Content.read(files);
      if (!content.equals(current.content())) {
        current = TlsIdentity.of(content, files, vertx);
        LOG.info("TLS certificate reloaded, expires {}", current.expires());
      }
    } catch (TlsException e) {
      throw new TlsException(e.getMessage() + "; the certificate in use is kept", e);
    }
    for (Map.Entry<HttpServer, TlsIdentity> server : inUse.entrySet()) {
      if (!server.getValue().equals(current)) {
        update(server.getKey());
      }
    }
  }

  private void update(HttpServer server) throws Exception {
    TlsIdentity identity = current;
    server
        .updateSSLOptions(identity.options())
        .await(UPDATE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    inUse.computeIfPresent(server, (s, used) -> identity);
  }
}
