// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import io.harvester.config.Settings.Capacity;
import io.harvester.config.Settings.Embedded;
import io.harvester.config.Settings.Limits;
import io.harvester.config.Settings.People;
import io.harvester.config.Settings.Queries;
import io.harvester.config.Settings.Quotas;
import io.harvester.config.Settings.Security;
import io.harvester.config.Settings.Storage;
import io.harvester.config.Settings.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns the text of all settings into {@link Settings}, and collects every problem on the way. */
final class SettingsReader {
  /** Arrays and Netty buffers are indexed by int: a larger body does not fit into one of them. */
  private static final long MAX_BODY_BYTES = 1L << 30;

  private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug");

  private final SettingSources sources;
  private final List<String> problems;

  private SettingsReader(SettingSources sources) {
    this.sources = sources;
    this.problems = new ArrayList<>(sources.problems());
  }

  static Settings read(SettingSources sources) throws SettingsException {
    SettingsReader reader = new SettingsReader(sources);
    Settings settings = reader.settings();
    if (!reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    return settings;
  }

  private Settings settings() {
    HostPort listen = value(Setting.LISTEN, HostPort::parse);
    return new Settings(
        listen,
        value(Setting.BASE_PATH, Values::basePath),
        database(),
        new Embedded(
            value(Setting.DATA_DIR, Path::of).toAbsolutePath().normalize(),
            number(Setting.EMBEDDED_PORT, 0, 65_535),
            sources.isSet(Setting.EMBEDDED_PORT),
            sources.value(Setting.EMBEDDED_USER)),
        new Security(
            authenticationRequired(listen),
            tls(),
            optional(Setting.MANAGEMENT_LISTEN, HostPort::parse)),
        people(),
        quotas(),
        value(Setting.NODE_LABEL, SettingsReader::nonEmpty),
        value(Setting.DEFAULT_NODE, SettingsReader::nonEmpty),
        value(Setting.FOREIGN_NODE, SettingsReader::renames),
        limits(),
        capacity(),
        storage(),
        queries(),
        value(Setting.WARMUP, Values::duration),
        timeout(Setting.SHUTDOWN_TIMEOUT),
        value(Setting.LOG_LEVEL, SettingsReader::logLevel),
        sources.summary());
  }

  private Storage storage() {
    Duration ofBuckets = value(Setting.ROLLUP_5M_RETENTION, Values::duration);
    Duration ofHours = value(Setting.ROLLUP_1H_RETENTION, Values::duration);
    if (ofHours.compareTo(ofBuckets) < 0) {
      problems.add(
          sources.origin(Setting.ROLLUP_1H_RETENTION)
              + " "
              + sources.value(Setting.ROLLUP_1H_RETENTION)
              + " is shorter than "
              + Setting.ROLLUP_5M_RETENTION.key()
              + " "
              + sources.value(Setting.ROLLUP_5M_RETENTION)
              + ": rollups of 5 minutes need those of 1 hour");
    }
    return new Storage(
        value(Setting.RETENTION, Values::duration),
        optional(Setting.CHUNK_INTERVAL, text -> Values.duration(text, "1m")),
        value(Setting.MERGE_INTERVAL, SettingsReader::mergeInterval),
        value(Setting.PACK_AFTER, Values::duration),
        ofBuckets,
        ofHours,
        number(Setting.MAX_METRIC_VIEWS, 0, 1_000_000));
  }

  private Optional<DatabaseUrl> database() {
    Optional<DatabaseUrl> url = optional(Setting.DATABASE_URL, DatabaseUrl::parse);
    if (url.isEmpty()) {
      return url;
    }
    Optional<DatabaseUrl> withFile =
        optional(Setting.DATABASE_PASSWORD_FILE, file -> url.get().withPasswordFile(Path.of(file)));
    return withFile.isEmpty() ? url : withFile;
  }

  /**
   * Whether a request needs a credential. Only settings decide this, never the content of the
   * database: creating the first credential must not lock out all nodes that have none.
   */
  private boolean authenticationRequired(HostPort listen) {
    String mode = value(Setting.AUTHENTICATION, SettingsReader::authenticationMode);
    boolean insecure = value(Setting.INSECURE_WITHOUT_AUTHENTICATION, Values::flag);
    boolean exposed = !listen.isLoopback() && !insecure;
    if (mode.equals("optional") && exposed) {
      problems.add(
          sources.origin(Setting.LISTEN)
              + " "
              + listen
              + " is reachable from other machines without authentication; set it to a loopback"
              + " address, leave "
              + Setting.AUTHENTICATION.key()
              + " at auto, or give "
              + Setting.INSECURE_WITHOUT_AUTHENTICATION.flag()
              + " if the network is trusted");
    }
    return mode.equals("required") || (mode.equals("auto") && exposed);
  }

  private Optional<TlsFiles> tls() {
    Optional<Path> certificate = optional(Setting.TLS_CERTIFICATE, SettingsReader::readableFile);
    Optional<Path> key = optional(Setting.TLS_KEY, SettingsReader::secretFile);
    Optional<Path> clientCa = optional(Setting.TLS_CLIENT_CA, SettingsReader::readableFile);
    if (isSet(Setting.TLS_CERTIFICATE) != isSet(Setting.TLS_KEY)) {
      problems.add(
          Setting.TLS_CERTIFICATE.key() + " and " + Setting.TLS_KEY.key() + " need each other");
    }
    if (isSet(Setting.TLS_CLIENT_CA) && !isSet(Setting.TLS_CERTIFICATE)) {
      problems.add(Setting.TLS_CLIENT_CA.key() + " needs " + Setting.TLS_CERTIFICATE.key());
    }
    return certificate.flatMap(c -> key.map(k -> new TlsFiles(c, k, clientCa)));
  }

  private People people() {
    AddressRanges proxies = value(Setting.PROXY_ADDRESSES, AddressRanges::parse);
    if (isSet(Setting.PROXY_USER_HEADER) && !isSet(Setting.PROXY_ADDRESSES)) {
      problems.add(
          Setting.PROXY_USER_HEADER.key()
              + " needs "
              + Setting.PROXY_ADDRESSES.key()
              + ": others could name any account");
    }
    return new People(
        timeout(Setting.SESSION_IDLE),
        timeout(Setting.SESSION_MAX),
        proxies,
        value(Setting.PROXY_USER_HEADER, Values::headerName));
  }

  private Quotas quotas() {
    return new Quotas(
        number(Setting.MAX_SERIES_PER_NODE, 0, Integer.MAX_VALUE),
        number(Setting.MAX_NEW_SERIES_PER_HOUR, 0, Integer.MAX_VALUE),
        number(Setting.MAX_SAMPLES_PER_SECOND, 0, Integer.MAX_VALUE),
        value(Setting.MAX_BODY_BYTES_PER_SECOND, Values::bytes));
  }

  private Limits limits() {
    return new Limits(
        bytes(Setting.MAX_COMPRESSED_BYTES, MAX_BODY_BYTES),
        bytes(Setting.MAX_DECOMPRESSED_BYTES, MAX_BODY_BYTES),
        number(Setting.MAX_REQUEST_ITEMS, 1024, 100_000_000),
        number(Setting.MAX_LABELS_PER_SERIES, 1, 1_000),
        (int) bytes(Setting.MAX_LABEL_NAME_BYTES, 1 << 20),
        (int) bytes(Setting.MAX_LABEL_VALUE_BYTES, 1 << 24),
        value(Setting.MAX_FUTURE, Values::duration));
  }

  private Queries queries() {
    int concurrency = number(Setting.QUERY_CONCURRENCY, 0, 1_000);
    return new Queries(
        timeout(Setting.QUERY_TIMEOUT),
        concurrency == 0 ? 2 * Runtime.getRuntime().availableProcessors() : concurrency,
        number(Setting.QUERY_MAX_SAMPLES, 1, Integer.MAX_VALUE),
        bytes(Setting.QUERY_MAX_MEMORY, Long.MAX_VALUE),
        number(Setting.QUERY_MAX_SERIES, 1, 100_000_000),
        timeout(Setting.QUERY_LOOKBACK),
        value(Setting.QUERY_EXPERIMENTAL, Values::flag),
        optional(Setting.RULES_URL, Values::httpUrl));
  }

  private Capacity capacity() {
    int decoders = number(Setting.DECODERS, 0, 256);
    return new Capacity(
        number(Setting.MAX_REQUESTS_IN_FLIGHT, 1, 100_000),
        bytes(Setting.MAX_BYTES_IN_FLIGHT, Long.MAX_VALUE),
        number(Setting.MAX_CONNECTIONS, 1, 1_000_000),
        timeout(Setting.REQUEST_TIMEOUT),
        decoders == 0 ? Runtime.getRuntime().availableProcessors() : decoders,
        number(Setting.WRITERS, 0, 64),
        number(Setting.BATCH_SAMPLES, 0, 1_000_000),
        number(Setting.CATALOG_CONNECTIONS, 1, 64),
        timeout(Setting.DATABASE_TIMEOUT),
        number(Setting.MAX_CACHED_SERIES, 1_000, 1_000_000_000));
  }

  /** Parses a setting; if that fails, notes the problem and continues with the default value. */
  private <T> T value(Setting setting, Function<String, T> parser) {
    try {
      return parser.apply(sources.value(setting));
    } catch (IllegalArgumentException | ArithmeticException e) {
      problems.add(sources.origin(setting) + " " + e.getMessage());
      return parser.apply(setting.defaultValue());
    }
  }

  /** Parses a setting whose empty value, the default, means none. */
  private <T> Optional<T> optional(Setting setting, Function<String, T> parser) {
    return value(
        setting, text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text)));
  }

  private boolean isSet(Setting setting) {
    return !sources.value(setting).isEmpty();
  }

  private int number(Setting setting, int min, int max) {
    return value(setting, text -> (int) Values.number(text, min, max));
  }

  private long bytes(Setting setting, long max) {
    return value(setting, text -> Values.bytes(text, 1, max));
  }

  /** At least 1 s: Vert.x and pgjdbc take some time limits in whole seconds. */
  private Duration timeout(Setting setting) {
    return value(setting, text -> Values.duration(text, "1s"));
  }

  private static String authenticationMode(String text) {
    String mode = text.toLowerCase(Locale.ROOT);
    if (!Set.of("auto", "required", "optional").contains(mode)) {
      throw new IllegalArgumentException("must be auto, required or optional, not " + text);
    }
    return mode;
  }

  private static boolean renames(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "rename" -> true;
      case "reject" -> false;
      default -> throw new IllegalArgumentException("must be rename or reject, not " + text);
    };
  }

  private static Duration mergeInterval(String text) {
    Duration interval = Values.duration(text);
    if (!interval.isZero()
        && (interval.compareTo(Duration.ofMinutes(1)) < 0
            || interval.compareTo(Duration.ofMinutes(30)) > 0)) {
      throw new IllegalArgumentException("must be 0, or 1m to 30m, not " + text);
    }
    return interval;
  }

  private static String logLevel(String text) {
    String level = text.toLowerCase(Locale.ROOT);
    if (!LOG_LEVELS.contains(level)) {
      throw new IllegalArgumentException("must be error, warn, info or debug, not " + text);
    }
    return level;
  }

  private static String nonEmpty(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("must not be empty");
    }
    return text;
  }

  private static Path readableFile(String text) {
    Path file = Path.of(text);
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot be read: " + file);
    }
    return file;
  }

  private static Path secretFile(String text) {
    Path file = Path.of(text);
    SecretFile.check(file);
    return file;
  }
}
