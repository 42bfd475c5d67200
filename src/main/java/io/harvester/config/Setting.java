// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** All settings: name, default and meaning. A test compares the table in docs/settings.md. */
public enum Setting {
  LISTEN("127.0.0.1:9201", "host:port that senders and operators connect to"),
  DATABASE_URL(
      "",
      "postgresql://user:password@host:port/database; several host:port with commas: the primary among them; empty: the embedded PostgreSQL"),
  DATABASE_PASSWORD_FILE(
      "", "file that contains the database password; overrides a password in DATABASE_URL"),
  DATA_DIR("./data", "directory of the embedded PostgreSQL"),
  EMBEDDED_PORT(
      "15432",
      "loopback port of the embedded PostgreSQL; 0: any free port. If it is not set and 15432 is in"
          + " use, a free port is used"),
  EMBEDDED_USER(
      "",
      "system user that runs the embedded PostgreSQL if the aggregator runs as root; empty: the"
          + " owner of DATA_DIR, otherwise postgres or nobody"),
  AUTHENTICATION(
      "auto",
      "required, optional or auto; auto: required if LISTEN is reachable from other machines"),
  INSECURE_WITHOUT_AUTHENTICATION(
      "false", "true: allow LISTEN to be reachable from other machines without authentication"),
  TLS_CERTIFICATE("", "PEM file with the server certificate and its chain; empty: no TLS"),
  TLS_KEY(
      "",
      "PEM file with the private key of TLS_CERTIFICATE; both files are reloaded when they change"),
  TLS_CLIENT_CA(
      "",
      "PEM file with the CA of client certificates, which authenticate the node they name; empty:"
          + " no client certificates"),
  MANAGEMENT_LISTEN("", "separate host:port for /metrics; empty: LISTEN serves /metrics"),
  BASE_PATH(
      "",
      "path before every other path, for a reverse proxy that passes it on, such as /harvester;"
          + " paths without it are answered, too"),
  SESSION_IDLE(
      "12h", "time without a request after which a person has to log in to the page again"),
  SESSION_MAX("7d", "time after which a person has to log in to the page again in any case"),
  PROXY_ADDRESSES(
      "",
      "addresses or networks of reverse proxies, with commas, such as 127.0.0.1,10.1.0.0/16: their"
          + " X-Forwarded-For, -Proto and -Host are believed; empty: none"),
  PROXY_USER_HEADER(
      "",
      "header in which the proxies of PROXY_ADDRESSES name the account of a person whom they have"
          + " authenticated, such as X-Remote-User; empty: none"),
  NODE_LABEL("node", "label that names the node of a series"),
  DEFAULT_NODE("unknown", "node of a series without that label"),
  FOREIGN_NODE(
      "rename",
      "what happens to a series whose node label names another node than its credential: rename"
          + " (the label becomes exported_node) or reject; gateways write the nodes they may"),
  MAX_SERIES_PER_NODE(
      "200000", "quota: active series per node (with a sample in the last hour); 0: unlimited"),
  MAX_NEW_SERIES_PER_HOUR("200000", "quota: new series per node and hour; 0: unlimited"),
  MAX_SAMPLES_PER_SECOND(
      "100000", "quota: samples per second from the credential of one node; 0: unlimited"),
  MAX_BODY_BYTES_PER_SECOND(
      "8MiB",
      "quota: compressed request bytes per second from the credential of one node; 0: unlimited"),
  RETENTION(
      "365d",
      "age at which samples are deleted; older samples are rejected; 0: samples are kept forever"),
  MAX_FUTURE("10m", "how far a timestamp may be ahead of the aggregator's clock"),
  MAX_COMPRESSED_BYTES("32MiB", "maximum size of a request body as sent"),
  MAX_DECOMPRESSED_BYTES("32MiB", "maximum size of a request body after decompression"),
  MAX_REQUEST_ITEMS(
      "1000000",
      "maximum number of series in a request; also of samples, histograms, exemplars, symbols and"
          + " metadata entries, each counted separately"),
  MAX_LABELS_PER_SERIES(
      "100", "maximum number of labels per series, including metric name and node"),
  MAX_LABEL_NAME_BYTES("1KiB", "maximum length of a label name"),
  MAX_LABEL_VALUE_BYTES(
      "16KiB", "maximum length of a label value; names of metrics and nodes: at most 2048 bytes"),
  MAX_REQUESTS_IN_FLIGHT(
      "1000", "maximum number of requests being received, decoded or written at the same time"),
  MAX_BYTES_IN_FLIGHT(
      "25%", "maximum memory for the requests in flight: a size, or a percentage of the heap"),
  MAX_CONNECTIONS("20000", "maximum number of open client connections"),
  REQUEST_TIMEOUT(
      "30s", "time limit for receiving a request body, and for the first request of a connection"),
  DECODERS("0", "number of decoder threads; 0: one per core"),
  WRITERS(
      "0",
      "number of writer threads, each with two database connections; 0: chosen by storage tier"),
  BATCH_SAMPLES(
      "0", "maximum number of samples in one write transaction; 0: chosen by storage tier"),
  CATALOG_CONNECTIONS(
      "4",
      "number of database connections that register new series, metrics and nodes, and read"
          + " credentials"),
  DATABASE_TIMEOUT(
      "20s", "time limit for one database operation; after it the database counts as unreachable"),
  CHUNK_INTERVAL("", "time span of a chunk or partition; empty: chosen by storage tier"),
  MERGE_INTERVAL(
      "5m",
      "columnar tier: time span whose small compressed batches are merged while a chunk is being"
          + " filled; 1m to 30m; 0: only once the chunk has ended"),
  PACK_AFTER(
      "30m",
      "tiers hypertable and postgres: time after the end of a chunk or partition at which its rows"
          + " are packed into arrays; 0: never"),
  ROLLUP_5M_RETENTION(
      "30d",
      "age at which rollups of 5 minutes are deleted; they take about a third of the space of the"
          + " samples of the same time; 0: there are none"),
  ROLLUP_1H_RETENTION(
      "730d",
      "age at which rollups of 1 hour are deleted, at least ROLLUP_5M_RETENTION; they take about a"
          + " fifteenth of the space of the samples; 0: there are none"),
  MAX_CACHED_SERIES(
      "10000000",
      "maximum number of series cached in memory (64 bytes each), and at most a quarter of the"
          + " heap"),
  MAX_METRIC_VIEWS(
      "20000", "maximum number of views in schema metric, one view per metric name; 0: no views"),
  QUERY_TIMEOUT("2m", "time limit for one query, its wait for a thread included"),
  QUERY_CONCURRENCY(
      "0", "maximum number of queries evaluated at the same time; 0: twice the number of cores"),
  QUERY_MAX_SAMPLES(
      "50000000", "maximum number of samples that one query may hold in memory (16 bytes each)"),
  QUERY_MAX_MEMORY(
      "30%", "maximum memory for the samples of all queries: a size, or a percentage of the heap"),
  QUERY_MAX_SERIES("1000000", "maximum number of series that one query may read"),
  QUERY_LOOKBACK("5m", "how old the newest sample of a series may be to stand for the present"),
  QUERY_EXPERIMENTAL(
      "false",
      "true: PromQL has the functions and aggregations that Prometheus calls experimental"),
  RULES_URL(
      "",
      "URL of a vmalert or Prometheus whose rules and alerts /api/v1/rules and /api/v1/alerts show;"
          + " empty: none"),
  WARMUP(
      "8s",
      "maximum duration of the JVM warm-up with synthetic requests once the database is connected;"
          + " the first real request ends it; 0: no warm-up"),
  SHUTDOWN_TIMEOUT("20s", "time limit for completing accepted requests at shutdown"),
  LOG_LEVEL("info", "error, warn, info or debug");

  /** The prefix of all environment variables that the aggregator reads. */
  public static final String PREFIX = "HARVESTER_";

  private final String defaultValue;
  private final String meaning;

  Setting(String defaultValue, String meaning) {
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** The name in environment and properties file, for example {@code HARVESTER_LISTEN}. */
  public String key() {
    return PREFIX + name();
  }

  /** The name on the command line, for example {@code --listen}. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The value of a setting that is not given; may be empty. */
  public String defaultValue() {
    return defaultValue;
  }

  /** One line for operators: meaning, unit, and what 0 or empty means. */
  public String meaning() {
    return meaning;
  }

  /** Whether the flag may stand on the command line without a value, which means true. */
  public boolean isSwitch() {
    return defaultValue.equals("false");
  }

  static Optional<Setting> byKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }
}
