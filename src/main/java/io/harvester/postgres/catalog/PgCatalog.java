// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.series.CatalogException;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import io.harvester.storage.MetadataStore;
import io.harvester.storage.MetricMetadata;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Gives nodes, metrics and series their ids, in bulk, and stores metadata. Its calls block, so they
 * are made on Harvester's own threads only, never on an event loop.
 */
public final class PgCatalog implements SeriesCatalog, MetadataStore {
  private static final int MAX_ATTEMPTS = 5;

  /** SQLSTATE foreign_key_violation. */
  private static final String PARENT_REMOVED = "23503";

  /** SQLSTATEs after which another attempt may succeed: a lost race, or a node just removed. */
  private static final Set<String> RETRIABLE = Set.of("40P01", "40001", PARENT_REMOVED);

  private static final String NODES =
      """
      WITH made AS (
        INSERT INTO harvester.node (name) SELECT unnest($1::text[])
        ON CONFLICT (name) DO NOTHING RETURNING name, node_id)
      SELECT name, node_id FROM made
      UNION ALL
      SELECT name, node_id FROM harvester.node WHERE name = ANY ($1)
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
             help = coalesce(excluded.help, m.help), unit = coalesce(excluded.unit, m.unit),
             family = CASE WHEN excluded.type = 'unknown' THEN m.family END
       WHERE (m.type, m.help, m.unit) IS DISTINCT FROM
             (excluded.type, excluded.help, excluded.unit)
      """;

  /** Passes the metadata of the families $1 to the metrics of their series. */
  private static final String SPREAD_METADATA =
      """
      UPDATE harvester.metric m
         SET type = f.type, help = f.help, unit = f.unit, family = f.name
        FROM harvester.metric f,
             LATERAL unnest(harvester.metric_family_suffixes(f.type)) AS s (suffix)
       WHERE f.name = ANY ($1) AND m.name = f.name || s.suffix
         AND (m.family = f.name OR m.family IS NULL AND coalesce(m.type, 'unknown') = 'unknown')
         AND (m.type, m.help, m.unit) IS DISTINCT FROM (f.type, f.help, f.unit)
      """;

  private final Pool pool;
  private final Duration timeout;
  private final MetricQueries metrics;
  private final SeriesQueries series;
  private final MetricViews views;
  private final InstallationGuard guard;
  private final Runnable onNew;

  /** Takes at most a sixty-fourth of the heap: node labels are the senders'. */
  private final Cache<String, Integer> nodeIds =
      Caffeine.newBuilder()
          .maximumWeight(Runtime.getRuntime().maxMemory() / 64)
          .weigher((String node, Integer id) -> 150 + 2 * node.length())
          .executor(Runnable::run)
          .build();

  /**
   * A catalog without cached ids.
   *
   * @param timeout how long a statement may take
   * @param views refreshed when metrics or labels are new
   * @param guard records every series id that is handed out
   * @param onNew called when series have been created
   */
  public PgCatalog(
      Pool pool, Duration timeout, MetricViews views, InstallationGuard guard, Runnable onNew) {
    this.pool = pool;
    this.timeout = timeout;
    this.metrics = new MetricQueries(pool, timeout);
    this.series = new SeriesQueries(pool, timeout);
    this.views = views;
    this.guard = guard;
    this.onNew = onNew;
  }

  /** Registers a node of this name as for a new series, and rolls back. */
  public void tryOut(String node) throws DatabaseException {
    Tuple names = Tuple.tuple().addArrayOfString(new String[] {node});
    Await.result(
        pool.withConnection(
            connection ->
                connection
                    .begin()
                    .compose(
                        transaction ->
                            connection
                                .preparedQuery(NODES)
                                .execute(names)
                                .eventually(transaction::rollback))),
        timeout);
  }

  /** Drops all cached ids. */
  public void forget() {
    nodeIds.invalidateAll();
    metrics.forget();
  }

  @Override
  public List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException {
    return retried("new series not registered", () -> registered(keys, admits));
  }

  private List<Registered> registered(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws DatabaseException {
    Map<UUID, Registered> found = new HashMap<>();
    // First, so that a connection to another database is detected before cached ids are used.
    series.find(keys, found);
    List<SeriesKey> missing = new ArrayList<>(missing(keys, found));
    for (SeriesKey key : keys) {
      if (found.containsKey(key.fingerprint()) && !admits.test(key, false)) {
        found.remove(key.fingerprint());
      }
    }
    missing.removeIf(key -> !admits.test(key, true));
    if (!missing.isEmpty()) {
      insert(missing, found);
      onNew.run();
    }
    List<Registered> answers = new ArrayList<>(keys.size());
    for (SeriesKey key : keys) {
      Registered answer = found.get(key.fingerprint());
      answers.add(answer);
      if (answer != null) {
        guard.seen(answer.seriesId());
      }
    }
    return answers;
  }

  @Override
  public void upsert(List<MetricMetadata> metadata) throws CatalogException {
    String[] names = column(metadata, MetricMetadata::metric, String[]::new);
    Tuple columns =
        Tuple.tuple()
            .addArrayOfString(names)
            .addArrayOfString(column(metadata, MetricMetadata::type, String[]::new))
            .addArrayOfString(column(metadata, MetricMetadata::help, String[]::new))
            .addArrayOfString(column(metadata, MetricMetadata::unit, String[]::new));
    retried(
        "metadata not stored",
        () -> {
          Await.result(pool.preparedQuery(UPSERT_METADATA).execute(columns), timeout);
          Tuple families = Tuple.tuple().addArrayOfString(names);
          return Await.result(pool.preparedQuery(SPREAD_METADATA).execute(families), timeout);
        });
  }

  /** The ids of the series' nodes. A copy, because another thread may drop all cached ids. */
  private Map<String, Integer> nodes(List<SeriesKey> keys) throws DatabaseException {
    Map<String, Integer> ids = new HashMap<>();
    Set<String> unknown = new TreeSet<>(); // sorted, so that no two inserts deadlock
    for (SeriesKey key : keys) {
      if (ids.computeIfAbsent(key.node(), nodeIds::getIfPresent) == null) {
        unknown.add(key.node());
      }
    }
    if (!unknown.isEmpty()) {
      Tuple names = Tuple.tuple().addArrayOfString(unknown.toArray(String[]::new));
      // A node that another process is inserting is visible to the second statement only.
      for (int i = 0; i < 2 && !ids.keySet().containsAll(unknown); i++) {
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
    boolean viewsAreOutdated = metrics.ensure(missing, metricIds);
    series.insert(missing, metricIds, nodes, found);
    if (viewsAreOutdated) {
      views.refreshFirst();
    }
    List<SeriesKey> remaining = missing(missing, found);
    if (remaining.isEmpty()) {
      return;
    }
    series.find(remaining, found); // those that another process inserted meanwhile
    remaining = missing(remaining, found);
    if (!remaining.isEmpty()) {
      throw new DatabaseException(
          "node or metric of %d new series was removed meanwhile".formatted(remaining.size()),
          PARENT_REMOVED);
    }
  }

  private static List<SeriesKey> missing(List<SeriesKey> keys, Map<UUID, Registered> found) {
    return keys.stream().filter(key -> !found.containsKey(key.fingerprint())).toList();
  }

  private static <S, T> T[] column(List<S> rows, Function<S, T> field, IntFunction<T[]> array) {
    return rows.stream().map(field).toArray(array);
  }

  private <T> T retried(String what, DatabaseCall<T> call) throws CatalogException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run();
      } catch (DatabaseException e) {
        if (attempt >= MAX_ATTEMPTS || !RETRIABLE.contains(e.sqlState())) {
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
