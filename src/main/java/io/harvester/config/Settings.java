// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All settings, typed and validated.
 *
 * @param listen address of the HTTP server
 * @param basePath comes before each path, which is answered without it, too; "": none
 * @param database the database; empty: the embedded PostgreSQL
 * @param embedded directory, port and user of the embedded PostgreSQL
 * @param security authentication, TLS and the management listener
 * @param people sessions of people, and reverse proxies
 * @param quotas default quotas of a node
 * @param nodeLabel label that names the node of a series
 * @param defaultNode node of a series without that label
 * @param renamesForeignNodes whether the node label of another node becomes {@code exported_node};
 *     otherwise its series is rejected
 * @param limits limits of one request
 * @param capacity threads, connections, memory and batch sizes
 * @param storage retention, chunks and views
 * @param queries limits of queries
 * @param warmUp maximum time of the JIT warm-up at startup; zero: none
 * @param shutdownTimeout time limit for completing accepted requests at shutdown
 * @param logLevel level of the loggers below {@code io.harvester}
 * @param summary the settings that were given, in one line, passwords masked
 */
public record Settings(
    HostPort listen,
    String basePath,
    Optional<DatabaseUrl> database,
    Embedded embedded,
    Security security,
    People people,
    Quotas quotas,
    String nodeLabel,
    String defaultNode,
    boolean renamesForeignNodes,
    Limits limits,
    Capacity capacity,
    Storage storage,
    Queries queries,
    Duration warmUp,
    Duration shutdownTimeout,
    String logLevel,
    String summary) {

  /**
   * The embedded PostgreSQL.
   *
   * @param portGiven whether the port was set explicitly; otherwise another one may be used
   * @param user system user to run as; empty: chosen at start
   */
  public record Embedded(Path dataDir, int port, boolean portGiven, String user) {}

  /**
   * Authentication and transport.
   *
   * @param authenticationRequired whether requests without a valid credential are refused
   * @param tls certificate and key; empty: plain HTTP
   * @param management separate address of metrics and health endpoints; empty: on {@code listen}
   */
  public record Security(
      boolean authenticationRequired, Optional<TlsFiles> tls, Optional<HostPort> management) {}

  /**
   * PEM files.
   *
   * @param clientCa the CA that signs client certificates; empty: no client certificates
   */
  public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}

  /**
   * Sessions of people, and reverse proxies.
   *
   * @param sessionIdle time without a request after which a session ends
   * @param sessionMax time after which it ends in any case
   * @param proxies addresses of reverse proxies
   * @param userHeader in which they name an account; empty: none
   */
  public record People(
      Duration sessionIdle, Duration sessionMax, AddressRanges proxies, String userHeader) {}

  /** Default quotas of a node; 0: unlimited. */
  public record Quotas(
      int series, int newSeriesPerHour, int samplesPerSecond, long bodyBytesPerSecond) {}

  /**
   * Limits of one request; sizes in bytes.
   *
   * @param maxItems maximum number of series, and of each other kind of item
   * @param maxFuture how far a timestamp may be ahead of the clock
   */
  public record Limits(
      long maxCompressedBytes,
      long maxDecompressedBytes,
      int maxItems,
      int maxLabels,
      int maxLabelNameBytes,
      int maxLabelValueBytes,
      Duration maxFuture) {}

  /**
   * Threads, connections, memory and batch sizes.
   *
   * @param writers number of writer threads; 0: chosen by storage tier
   * @param batchSamples maximum number of samples in one transaction; 0: chosen by storage tier
   */
  public record Capacity(
      int requestsInFlight,
      long bytesInFlight,
      int connections,
      Duration requestTimeout,
      int decoders,
      int writers,
      int batchSamples,
      int catalogConnections,
      Duration databaseTimeout,
      int cachedSeries) {}

  /**
   * What the database keeps.
   *
   * @param retention age at which samples are deleted; zero: never
   * @param chunkInterval time span of a chunk or partition; empty: chosen by storage tier
   * @param mergeInterval time span whose small batches are merged in an open chunk; zero: never
   * @param packAfter how long after the end of a chunk its rows are packed; zero: never
   * @param rollup5mRetention age at which rollups of 5 minutes are deleted; zero: there are none
   * @param rollup1hRetention the same for rollups of 1 hour; at least as long
   * @param maxMetricViews maximum number of views in schema metric; 0: no views
   */
  public record Storage(
      Duration retention,
      Optional<Duration> chunkInterval,
      Duration mergeInterval,
      Duration packAfter,
      Duration rollup5mRetention,
      Duration rollup1hRetention,
      int maxMetricViews) {}

  /**
   * Limits of queries.
   *
   * @param concurrency number of queries evaluated at the same time
   * @param maxSamples maximum number of samples that one query holds in memory
   * @param maxMemory maximum memory for the samples of all queries, in bytes
   * @param maxSeries maximum number of series that one query reads
   * @param lookback how old the newest sample of a series may be
   * @param experimental whether experimental functions are allowed
   * @param rules whose rules and alerts are shown
   */
  public record Queries(
      Duration timeout,
      int concurrency,
      long maxSamples,
      long maxMemory,
      int maxSeries,
      Duration lookback,
      boolean experimental,
      Optional<URI> rules) {}

  /** The same settings, but for what the database keeps. */
  public Settings withStorage(Storage other) {
    return new Settings(
        listen,
        basePath,
        database,
        embedded,
        security,
        people,
        quotas,
        nodeLabel,
        defaultNode,
        renamesForeignNodes,
        limits,
        capacity,
        other,
        queries,
        warmUp,
        shutdownTimeout,
        logLevel,
        summary);
  }

  /**
   * Reads and validates all settings.
   *
   * @throws SettingsException with every problem found, not only the first
   */
  public static Settings load(CommandLineSettings commandLine, Map<String, String> environment)
      throws SettingsException {
    return SettingsReader.read(SettingSources.read(commandLine, environment));
  }
}
