package io.harvester.store;

import io.harvester.series.SeriesKey;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The rows of table {@code metric}: ids and label names, remembered. */
final class MetricRows {
  private static final int MOST_REMEMBERED = 200_000;

  private static final String INSERT =
      "INSERT INTO harvester.metric (name) SELECT unnest($1::text[]) ON CONFLICT (name) DO NOTHING";
  private static final String LOCK =
      "SELECT metric_id, name, label_names FROM harvester.metric"
          + " WHERE name = ANY ($1) ORDER BY metric_id FOR NO KEY UPDATE";
  private static final String EXTEND =
      "UPDATE harvester.metric SET label_names = $2 WHERE metric_id = $1";

  private final Pool pool;
  private final Duration timeout;
  private final Map<String, Metric> known = new ConcurrentHashMap<>();

  private record Metric(int id, Set<String> labels) {}

  MetricRows(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  void forget() {
    known.clear();
  }

  /**
   * Makes sure that every metric of these series is in the catalog with all of their label names.
   *
   * @param ids gets the id of every metric
   * @return whether anything was new, so that views lag behind
   */
  boolean ensure(Collection<SeriesKey> series, Map<String, Integer> ids) throws DatabaseException {
    if (known.size() > MOST_REMEMBERED) {
      known.clear();
    }
    Map<String, Set<String>> wanted = new TreeMap<>(); // sorted: two upserts must not deadlock
    for (SeriesKey key : series) {
      Metric metric = known.get(key.metric());
      Set<String> labels = new LinkedHashSet<>();
      key.labels().forEach(label -> labels.add(label.name()));
      if (metric == null || !metric.labels().containsAll(labels)) {
        wanted.computeIfAbsent(key.metric(), name -> new LinkedHashSet<>()).addAll(labels);
      } else {
        ids.put(key.metric(), metric.id());
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
      Tuple names = Tuple.tuple().addArrayOfString(wanted.keySet().toArray(String[]::new));
      Await.result(connection.preparedQuery(INSERT).execute(names), timeout);
      Map<String, Metric> found = new TreeMap<>();
      for (Row row : Await.result(connection.preparedQuery(LOCK).execute(names), timeout)) {
        Set<String> labels = new LinkedHashSet<>(Arrays.asList(row.getArrayOfStrings(2)));
        if (labels.addAll(wanted.get(row.getString(1)))) {
          Await.result(
              connection
                  .preparedQuery(EXTEND)
                  .execute(
                      Tuple.of(row.getInteger(0)).addArrayOfString(labels.toArray(String[]::new))),
              timeout);
        }
        found.put(row.getString(1), new Metric(row.getInteger(0), Set.copyOf(labels)));
      }
      Await.result(transaction.commit(), timeout);
      known.putAll(found);
      return found;
    } finally {
      connection.close(); // rolls back what is not committed
    }
  }
}
