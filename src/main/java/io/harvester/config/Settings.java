package io.harvester.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Everything that can be set, typed and valid.
 *
 * @param listen where the HTTP server listens
 * @param database the database; empty: the embedded one
 * @param embedded folder, port and user of the embedded PostgreSQL
 * @param security who is let in, and how the way is secured
 * @param quotas what one node may use
 * @param nodeLabel the label that names a node
 * @param defaultNode node of series without that label
 * @param limits what a request and a sample may be
 * @param capacity threads, memory and batch sizes
 * @param storage retention, chunks and views
 * @param warmUp how long a start may rehearse once the database is there
 * @param shutdownTimeout time to finish accepted requests at a stop
 * @param logLevel level of our own loggers
 * @param summary what was set, in one line, secrets masked
 */
public record Settings(
    HostPort listen,
    Optional<DatabaseUrl> database,
    Embedded embedded,
    Security security,
    Quotas quotas,
    String nodeLabel,
    String defaultNode,
    Limits limits,
    Capacity capacity,
    Storage storage,
    Duration warmUp,
    Duration shutdownTimeout,
    String logLevel,
    String summary) {

  /** The embedded PostgreSQL: {@code portGiven} tells whether the operator chose the port. */
  public record Embedded(Path dataDir, int port, boolean portGiven, String user) {}

  /**
   * Who is let in.
   *
   * @param authenticationRequired whether somebody without a credential is turned away
   * @param tls certificate and key; empty: plain HTTP
   * @param management where metrics and pages are; empty: with everything else
   */
  public record Security(
      boolean authenticationRequired, Optional<TlsFiles> tls, Optional<HostPort> management) {}

  /** PEM files; {@code clientCa}: who may vouch for nodes. */
  public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}

  /** Default quotas of a node; 0: none. */
  public record Quotas(
      int series, int newSeriesPerHour, int samplesPerSecond, long bodyBytesPerSecond) {}

  /** Limits of a request and of what is in it; sizes in bytes. */
  public record Limits(
      long maxCompressedBytes,
      long maxDecompressedBytes,
      int maxItems,
      int maxLabels,
      int maxLabelNameBytes,
      int maxLabelValueBytes,
      Duration maxFuture) {}

  /** Threads, memory and batches. */
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

  /** Retention (zero: for ever), chunk interval (empty: by tier) and the bound of metric views. */
  public record Storage(Duration retention, Optional<Duration> chunkInterval, int maxMetricViews) {}

  /**
   * Reads and validates all settings.
   *
   * @throws SettingsException with every problem found, not only the first
   */
  public static Settings load(List<String> arguments, Map<String, String> environment)
      throws SettingsException {
    SettingSources sources = SettingSources.read(arguments, environment);
    Reader r = new Reader(sources, new ArrayList<>(sources.problems()));
    Settings settings = r.settings();
    if (!r.problems.isEmpty()) {
      throw new SettingsException(r.problems);
    }
    return settings;
  }

  private record Reader(SettingSources sources, List<String> problems) {

    <T> T read(Setting setting, Function<String, T> parser) {
      try {
        return parser.apply(sources.value(setting));
      } catch (IllegalArgumentException | ArithmeticException e) {
        problems.add(sources.origin(setting) + " " + e.getMessage());
        return parser.apply(setting.defaultValue());
      }
    }

    int number(Setting setting, int min, int max) {
      return read(setting, text -> (int) Values.number(text, min, max));
    }

    long bytes(Setting setting, long max) {
      return read(
          setting,
          text -> {
            long n = Values.bytes(text);
            if (n < 1 || n > max) {
              throw new IllegalArgumentException("must be from 1 to " + max + " bytes, not " + n);
            }
            return n;
          });
    }

    /** A time limit: Vert.x and PostgreSQL's driver count some in whole seconds. */
    Duration seconds(Setting setting) {
      return read(setting, text -> Values.duration(text, Duration.ofSeconds(1)));
    }

    Settings settings() {
      HostPort listen = read(Setting.LISTEN, HostPort::parse);
      return new Settings(
          listen,
          database(),
          new Embedded(
              read(Setting.DATA_DIR, Path::of).toAbsolutePath().normalize(),
              number(Setting.EMBEDDED_PORT, 0, 65_535),
              sources.isSet(Setting.EMBEDDED_PORT),
              sources.value(Setting.EMBEDDED_USER)),
          new SecurityReader(sources, problems).read(listen),
          quotas(),
          read(Setting.NODE_LABEL, Reader::nonEmpty),
          read(Setting.DEFAULT_NODE, Reader::nonEmpty),
          limits(),
          capacity(),
          new Storage(
              read(Setting.RETENTION, Values::duration),
              read(
                  Setting.CHUNK_INTERVAL,
                  text -> text.isEmpty() ? Optional.empty() : Optional.of(chunk(text))),
              number(Setting.MAX_METRIC_VIEWS, 0, 1_000_000)),
          read(Setting.WARMUP, Values::duration),
          seconds(Setting.SHUTDOWN_TIMEOUT),
          read(Setting.LOG_LEVEL, Reader::level),
          sources.summary());
    }

    private Limits limits() {
      // Arrays and Netty buffers count in int: a larger body could not be held in one piece.
      long largest = 1L << 30;
      return new Limits(
          bytes(Setting.MAX_COMPRESSED_BYTES, largest),
          bytes(Setting.MAX_DECOMPRESSED_BYTES, largest),
          number(Setting.MAX_REQUEST_ITEMS, 1024, 100_000_000),
          number(Setting.MAX_LABELS_PER_SERIES, 1, 1_000),
          (int) bytes(Setting.MAX_LABEL_NAME_BYTES, 1 << 20),
          (int) bytes(Setting.MAX_LABEL_VALUE_BYTES, 1 << 24),
          read(Setting.MAX_FUTURE, Values::duration));
    }

    private Capacity capacity() {
      int decoders = number(Setting.DECODERS, 0, 256);
      return new Capacity(
          number(Setting.MAX_REQUESTS_IN_FLIGHT, 1, 100_000),
          bytes(Setting.MAX_BYTES_IN_FLIGHT, Long.MAX_VALUE),
          number(Setting.MAX_CONNECTIONS, 1, 1_000_000),
          seconds(Setting.REQUEST_TIMEOUT),
          decoders == 0 ? Runtime.getRuntime().availableProcessors() : decoders,
          number(Setting.WRITERS, 0, 64),
          number(Setting.BATCH_SAMPLES, 0, 1_000_000),
          number(Setting.CATALOG_CONNECTIONS, 1, 64),
          seconds(Setting.DATABASE_TIMEOUT),
          number(Setting.MAX_CACHED_SERIES, 1_000, 1_000_000_000));
    }

    private Quotas quotas() {
      return new Quotas(
          number(Setting.MAX_SERIES_PER_NODE, 0, Integer.MAX_VALUE),
          number(Setting.MAX_NEW_SERIES_PER_HOUR, 0, Integer.MAX_VALUE),
          number(Setting.MAX_SAMPLES_PER_SECOND, 0, Integer.MAX_VALUE),
          read(Setting.MAX_BODY_BYTES_PER_SECOND, Values::bytes));
    }

    private Optional<DatabaseUrl> database() {
      Optional<DatabaseUrl> url =
          read(
              Setting.DATABASE_URL,
              text -> text.isEmpty() ? Optional.empty() : Optional.of(DatabaseUrl.parse(text)));
      String file = sources.value(Setting.DATABASE_PASSWORD_FILE);
      if (file.isEmpty() || url.isEmpty()) {
        return url;
      }
      try {
        return url.map(withPassword(SecretFile.read(Path.of(file))));
      } catch (IllegalArgumentException e) {
        problems.add(sources.origin(Setting.DATABASE_PASSWORD_FILE) + " " + e.getMessage());
        return url;
      }
    }

    private static Function<DatabaseUrl, DatabaseUrl> withPassword(String password) {
      return url -> url.withPassword(password);
    }

    private static Duration chunk(String text) {
      Duration d = Values.duration(text);
      if (d.toMinutes() < 1) {
        throw new IllegalArgumentException("must be at least 1m, not " + text);
      }
      return d;
    }

    private static String nonEmpty(String text) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("must not be empty");
      }
      return text;
    }

    private static String level(String text) {
      String level = text.toLowerCase(Locale.ROOT);
      if (!Set.of("error", "warn", "info", "debug").contains(level)) {
        throw new IllegalArgumentException("must be error, warn, info or debug, not " + text);
      }
      return level;
    }
  }
}
