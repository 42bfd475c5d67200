package io.harvester.store;

import io.harvester.ingest.MetadataStore;
import io.harvester.ingest.MetricMetadata;
import io.harvester.series.CatalogException;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Nodes, metrics and series get their ids here, in bulk. Called from our own threads only. */
public final class PgCatalog implements SeriesCatalog, MetadataStore {
  private static final int TRIES = 5;

  /** Lost a race (class 40), or a node or metric was removed under our feet (foreign key). */
  private static final Set<String> WORTH_ANOTHER_TRY = Set.of("40P01", "40001", "23503");

  private static final String NODES =
      """
      WITH made AS (
        INSERT INTO harvester.node (name) SELECT unnest($1::text[])
        ON CONFLICT (name) DO NOTHING RETURNING name, node_id)
      SELECT name, node_id FROM made
      UNION ALL
      SELECT name, node_id FROM harvester.node WHERE name = ANY ($1)
      """;

  private static final String FIND_SERIES =
      "SELECT fingerprint, series_id, node_id FROM harvester.series"
          + " WHERE fingerprint = ANY ($1::uuid[])";

  // In the order of the request: series that are written together get ids that lie together.
  private static final String INSERT_SERIES =
      """
      INSERT INTO harvester.series (metric_id, node_id, labels, fingerprint)
      SELECT v.metric_id, v.node_id, v.labels::jsonb, v.fingerprint
        FROM unnest($1::int[], $2::int[], $3::text[], $4::uuid[])
             WITH ORDINALITY AS v (metric_id, node_id, labels, fingerprint, position)
       ORDER BY v.position
      ON CONFLICT (fingerprint) DO NOTHING
      RETURNING fingerprint, series_id, node_id
      """;

  private static final String UPSERT_METADATA =
      """
      INSERT INTO harvester.metric AS m (name, type, help, unit)
      SELECT DISTINCT ON (v.name) v.name, v.type, nullif(v.help, ''), nullif(v.unit, '')
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS v (name, type, help, unit)
       ORDER BY v.name
      ON CONFLICT (name) DO UPDATE
         SET type = CASE WHEN excluded.type = 'unknown' THEN coalesce(m.type, 'unknown')
                         ELSE excluded.type END,
             help = coalesce(excluded.help, m.help), unit = coalesce(excluded.unit, m.unit)
       WHERE (m.type, m.help, m.unit) IS DISTINCT FROM
             (excluded.type, excluded.help, excluded.unit)
      """;

  private final Pool pool;
  private final Duration timeout;
  private final MetricRows metrics;
  private final MetricViews views;
  private final InstallationGuard guard;
  private final Map<String, Integer> nodeIds = new ConcurrentHashMap<>();

  PgCatalog(Pool pool, Duration timeout, MetricViews views, InstallationGuard guard) {
    this.pool = pool;
    this.timeout = timeout;
    this.metrics = new MetricRows(pool, timeout);
    this.views = views;
    this.guard = guard;
  }

  /** Every id is looked up again. */
  void forget() {
    nodeIds.clear();
    metrics.forget();
  }

  @Override
  public List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException {
    return retried(
        "new series not registered",
        () -> {
          Map<UUID, Registered> found = new HashMap<>();
          // First, so that a connection to another database is noticed before remembered ids count.
          find(keys, found);
          List<SeriesKey> missing = new ArrayList<>(missing(keys, found));
          keys.stream()
              .filter(key -> found.containsKey(key.fingerprint()) && !admits.test(key, false))
              .forEach(key -> found.remove(key.fingerprint()));
          missing.removeIf(key -> !admits.test(key, true));
          if (!missing.isEmpty()) {
            insert(missing, found);
            find(missing(missing, found), found); // those that another process inserted meanwhile
          }
          found.values().forEach(series -> guard.seen(series.seriesId()));
          return keys.stream().map(key -> found.get(key.fingerprint())).toList();
        });
  }

  @Override
  public void upsert(List<MetricMetadata> metadata) throws CatalogException {
    Tuple columns =
        Tuple.tuple()
            .addArrayOfString(column(metadata, MetricMetadata::metric, String[]::new))
            .addArrayOfString(column(metadata, MetricMetadata::type, String[]::new))
            .addArrayOfString(column(metadata, MetricMetadata::help, String[]::new))
            .addArrayOfString(column(metadata, MetricMetadata::unit, String[]::new));
    retried(
        "metadata not stored",
        () -> Await.result(pool.preparedQuery(UPSERT_METADATA).execute(columns), timeout));
  }

  /** The ids of the series' nodes; others may forget all ids meanwhile, so these are a copy. */
  private Map<String, Integer> nodes(List<SeriesKey> keys) throws DatabaseException {
    Map<String, Integer> ids = new HashMap<>();
    for (SeriesKey key : keys) {
      ids.computeIfAbsent(key.node(), nodeIds::get);
    }
    String[] unknown =
        keys.stream()
            .map(SeriesKey::node)
            .distinct()
            .filter(name -> !ids.containsKey(name))
            .sorted()
            .toArray(String[]::new);
    if (unknown.length > 0) {
      Tuple names = Tuple.tuple().addArrayOfString(unknown);
      // Again: a node that another process is just making is seen by the second statement only.
      for (int i = 0; i < 2 && !ids.keySet().containsAll(List.of(unknown)); i++) {
        for (Row row : Await.result(pool.preparedQuery(NODES).execute(names), timeout)) {
          ids.put(row.getString(0), row.getInteger(1));
        }
      }
      nodeIds.putAll(ids);
    }
    return ids;
  }

  private void insert(List<SeriesKey> missing, Map<UUID, Registered> found)
      throws DatabaseException {
    Map<String, Integer> nodes = nodes(missing);
    Map<String, Integer> metricIds = new HashMap<>();
    if (metrics.ensure(missing, metricIds)) {
      views.refresh();
    }
    Tuple columns =
        Tuple.tuple()
            .addArrayOfInteger(column(missing, key -> metricIds.get(key.metric()), Integer[]::new))
            .addArrayOfInteger(column(missing, key -> nodes.get(key.node()), Integer[]::new))
            .addArrayOfString(column(missing, PgCatalog::json, String[]::new))
            .addArrayOfUUID(column(missing, SeriesKey::fingerprint, UUID[]::new));
    put(found, Await.result(pool.preparedQuery(INSERT_SERIES).execute(columns), timeout));
  }

  private void find(List<SeriesKey> keys, Map<UUID, Registered> found) throws DatabaseException {
    if (!keys.isEmpty()) {
      Tuple tuple = Tuple.tuple().addArrayOfUUID(column(keys, SeriesKey::fingerprint, UUID[]::new));
      put(found, Await.result(pool.preparedQuery(FIND_SERIES).execute(tuple), timeout));
    }
  }

  /** The node comes from the series' own row: it may have been made anew by another process. */
  private static void put(Map<UUID, Registered> found, Iterable<Row> rows) {
    rows.forEach(
        row -> found.put(row.getUUID(0), new Registered(row.getLong(1), row.getInteger(2))));
  }

  private static List<SeriesKey> missing(List<SeriesKey> keys, Map<UUID, Registered> found) {
    return keys.stream().filter(key -> !found.containsKey(key.fingerprint())).toList();
  }

  private static String json(SeriesKey key) {
    JsonObject json = new JsonObject();
    key.labels().forEach(label -> json.put(label.name(), label.value()));
    return json.encode();
  }

  private static <S, T> T[] column(List<S> rows, Function<S, T> field, IntFunction<T[]> array) {
    return rows.stream().map(field).toArray(array);
  }

  private <T> T retried(String what, DatabaseCall<T> call) throws CatalogException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run();
      } catch (DatabaseException e) {
        if (attempt >= TRIES || !WORTH_ANOTHER_TRY.contains(e.sqlState())) {
          throw new CatalogException(what + ": " + e.getMessage(), e);
        }
        forget();
      }
    }
  }

  @FunctionalInterface
  private interface DatabaseCall<T> {
    T run() throws DatabaseException;
  }
}
