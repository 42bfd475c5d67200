package io.harvester.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting there is: its name, default and meaning. The README's table is tested against it.
 */
public enum Setting {
  LISTEN("127.0.0.1:9201", "host:port on which senders and operators reach the aggregator"),
  DATABASE_URL("", "postgresql://user:password@host:port/database; empty: embedded PostgreSQL"),
  DATABASE_PASSWORD_FILE("", "file with the database password, instead of one in the URL"),
  DATA_DIR("./data", "folder of the embedded PostgreSQL"),
  EMBEDDED_PORT("15432", "loopback port of the embedded PostgreSQL"),
  EMBEDDED_USER("", "system user for the embedded PostgreSQL when started as root"),
  AUTHENTICATION(
      "auto", "required, optional, or auto: required as soon as LISTEN is beyond loopback"),
  INSECURE_WITHOUT_AUTHENTICATION(
      "false", "true: allow to listen beyond loopback although nobody has to authenticate"),
  TLS_CERTIFICATE("", "PEM file with the certificate and its chain; empty: no TLS"),
  TLS_KEY("", "PEM file with the private key of TLS_CERTIFICATE; both are reloaded when changed"),
  TLS_CLIENT_CA("", "PEM file: client certificates signed by it prove the node they name"),
  MANAGEMENT_LISTEN("", "host:port for /metrics and pages; empty: on LISTEN with everything else"),
  NODE_LABEL("node", "label that names the harvester a series belongs to"),
  DEFAULT_NODE("unknown", "node of a series that has no node label"),
  MAX_SERIES_PER_NODE("200000", "quota: series of a node with a sample within the hour; 0: none"),
  MAX_NEW_SERIES_PER_HOUR("200000", "quota: series of a node never seen before; 0: none"),
  MAX_SAMPLES_PER_SECOND("100000", "quota: samples with one node's credential; 0: none"),
  MAX_BODY_BYTES_PER_SECOND("8MiB", "quota: body bytes with one node's credential; 0: none"),
  RETENTION("365d", "samples older than this are refused and dropped; 0: keep for ever"),
  MAX_FUTURE("10m", "how far ahead of this machine's clock a sample may be"),
  MAX_COMPRESSED_BYTES("32MiB", "largest request body as sent"),
  MAX_DECOMPRESSED_BYTES("32MiB", "largest request body after decompression"),
  MAX_REQUEST_ITEMS("1000000", "series, samples, symbols and so on in one request, each"),
  MAX_LABELS_PER_SERIES("100", "labels of one series, __name__ and node included"),
  MAX_LABEL_NAME_BYTES("1KiB", "length of a label name"),
  MAX_LABEL_VALUE_BYTES("16KiB", "length of a label value, and of a metric name"),
  MAX_REQUESTS_IN_FLIGHT("1000", "requests being read, decoded or written at one time"),
  MAX_BYTES_IN_FLIGHT("25%", "memory for requests in flight: a size, or a share of the heap"),
  MAX_CONNECTIONS("20000", "open client connections"),
  REQUEST_TIMEOUT("30s", "time for a request's body to arrive, and idle time of a connection"),
  DECODERS("0", "threads that decode; 0: one per core"),
  WRITERS("0", "threads that write, each with two database connections; 0: by storage tier"),
  BATCH_SAMPLES("0", "the most samples in one write transaction; 0: by storage tier"),
  CATALOG_CONNECTIONS("4", "database connections for new series, metrics and nodes"),
  DATABASE_TIMEOUT("20s", "time for one step of the database before it counts as unreachable"),
  CHUNK_INTERVAL("", "time span of a chunk or partition; empty: by storage tier"),
  MAX_CACHED_SERIES("10000000", "series remembered in memory (about 64 bytes each)"),
  MAX_METRIC_VIEWS("20000", "views made in schema metric, one per metric name; 0: none"),
  WARMUP(
      "8s",
      "how long a start makes up requests before it is ready, unless real ones come; 0: not at all"),
  SHUTDOWN_TIMEOUT("20s", "time to finish accepted requests at a stop"),
  LOG_LEVEL("info", "error, warn, info or debug");

  /** What every environment variable of ours starts with. */
  public static final String PREFIX = "HARVESTER_";

  private final String defaultValue;
  private final String meaning;

  Setting(String defaultValue, String meaning) {
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** The name in environment and file, for example {@code HARVESTER_LISTEN}. */
  public String key() {
    return PREFIX + name();
  }

  /** The name on the command line, for example {@code --listen}. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The value where nobody gives one; may be empty. */
  public String defaultValue() {
    return defaultValue;
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }

  /** Whether the command line takes it without a value. */
  public boolean isSwitch() {
    return defaultValue.equals("false");
  }

  static Optional<Setting> byKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }

  static Optional<Setting> byFlag(String flag) {
    return Arrays.stream(values()).filter(s -> s.flag().equals(flag)).findFirst();
  }
}
