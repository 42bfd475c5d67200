// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.series.SeriesKey;
import io.harvester.series.SeriesKey.Label;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads and writes ids and label names of metrics in table {@code metric}, and caches them. */
final class MetricQueries {
  /** The cache takes at most this share of the heap: metric and label names are the senders'. */
  private static final int SHARE_OF_HEAP = 32;

  /** Approximate memory of a cached metric or label, apart from its name. */
  private static final int BYTES_PER_METRIC = 250;

  private static final int BYTES_PER_LABEL = 80;

  /** Only what is missing is inserted: a conflict takes a number, too, and they are few. */
  private static final String INSERT =
      """
      INSERT INTO harvester.metric (name, label_names, type, help, unit, family)
      SELECT v.name, ARRAY(SELECT jsonb_array_elements_text(v.labels::jsonb)),
             f.type, f.help, f.unit, f.name
        FROM unnest($1::text[], $2::text[]) AS v (name, labels)
             LEFT JOIN LATERAL (
               SELECT m.name, m.type, m.help, m.unit FROM harvester.metric m
                WHERE m.name = ANY (harvester.metric_family_names(v.name))
                  AND substr(v.name, length(m.name) + 1)
                      = ANY (harvester.metric_family_suffixes(m.type))
                LIMIT 1) f ON true
       WHERE NOT EXISTS (SELECT FROM harvester.metric k WHERE k.name = v.name)
      ON CONFLICT (name) DO NOTHING
      """;

  private static final String LOCK =
      "SELECT metric_id, name, label_names FROM harvester.metric"
          + " WHERE name = ANY ($1) ORDER BY metric_id FOR NO KEY UPDATE";
  private static final String EXTEND =
      """
      UPDATE harvester.metric m
         SET label_names = ARRAY(SELECT jsonb_array_elements_text(v.labels::jsonb))
        FROM unnest($1::int[], $2::text[]) AS v (metric_id, labels)
       WHERE m.metric_id = v.metric_id
      """;

  private final Pool pool;
  private final Duration timeout;
  private final Cache<String, Metric> cached =
      Caffeine.newBuilder()
          .maximumWeight(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP)
          .weigher((String name, Metric metric) -> metric.bytes(name))
          .executor(Runnable::run)
          .build();

  private record Metric(int id, Set<String> labels) {
    boolean hasAll(List<Label> wanted) {
      for (Label label : wanted) {
        if (!labels.contains(label.name())) {
          return false;
        }
      }
      return true;
    }

    int bytes(String name) {
      int bytes = BYTES_PER_METRIC + 2 * name.length();
      for (String label : labels) {
        bytes += BYTES_PER_LABEL + 2 * label.length();
      }
      return bytes;
    }
  }

  MetricQueries(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  /** Drops all cached ids and label names. */
  void forget() {
    cached.invalidateAll();
  }

  /**
   * Ensures that the catalog has every metric of some series, with all label names of these series.
   *
   * @param ids receives the id of every metric, by name
   * @return whether a metric or label was new, so that views are out of date
   */
  boolean ensure(Collection<SeriesKey> series, Map<String, Integer> ids) throws DatabaseException {
    Map<String, Set<String>> wanted = new TreeMap<>(); // sorted, so that no two upserts deadlock
    for (SeriesKey key : series) {
      Metric metric = cached.getIfPresent(key.metric());
      if (metric != null && metric.hasAll(key.labels())) {
        ids.put(key.metric(), metric.id());
      } else {
        Set<String> labels = wanted.computeIfAbsent(key.metric(), name -> new LinkedHashSet<>());
        key.labels().forEach(label -> labels.add(label.name()));
      }
    }
    if (wanted.isEmpty()) {
      return false;
    }
    upsert(wanted).forEach((name, metric) -> ids.put(name, metric.id()));
    return true;
  }

  private Map<String, Metric> upsert(Map<String, Set<String>> wanted) throws DatabaseException {
    SqlConnection connection = Await.result(pool.getConnection(), timeout);
    try {
      Transaction transaction = Await.result(connection.begin(), timeout);
      String[] names = wanted.keySet().toArray(String[]::new);
      Tuple columns =
          Tuple.tuple().addArrayOfString(names).addArrayOfString(jsonArrays(wanted.values()));
      Await.result(connection.preparedQuery(INSERT).execute(columns), timeout);
      Map<String, Metric> found = new TreeMap<>();
      Map<Integer, Set<String>> extended = new LinkedHashMap<>();
      Tuple which = Tuple.tuple().addArrayOfString(names);
      for (Row row : Await.result(connection.preparedQuery(LOCK).execute(which), timeout)) {
        Set<String> labels = new LinkedHashSet<>(Arrays.asList(row.getArrayOfStrings(2)));
        if (labels.addAll(wanted.get(row.getString(1)))) {
          extended.put(row.getInteger(0), labels);
        }
        found.put(row.getString(1), new Metric(row.getInteger(0), Set.copyOf(labels)));
      }
      extend(connection, extended);
      Await.result(transaction.commit(), timeout);
      cached.putAll(found);
      return found;
    } finally {
      connection.close(); // rolls back what is not committed
    }
  }

  private void extend(SqlConnection connection, Map<Integer, Set<String>> labels)
      throws DatabaseException {
    if (!labels.isEmpty()) {
      Tuple columns =
          Tuple.tuple()
              .addArrayOfInteger(labels.keySet().toArray(Integer[]::new))
              .addArrayOfString(jsonArrays(labels.values()));
      Await.result(connection.preparedQuery(EXTEND).execute(columns), timeout);
    }
  }

  /** PostgreSQL has no arrays of arrays of different lengths, so the inner ones are JSON. */
  private static String[] jsonArrays(Collection<Set<String>> texts) {
    return texts.stream().map(LabelsJson::array).toArray(String[]::new);
  }
}
