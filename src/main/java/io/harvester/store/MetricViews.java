package io.harvester.store;

import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The views of schema {@code metric}: one per metric name, with a column per label. Label names
 * only ever come at the end, so that {@code CREATE OR REPLACE} suffices and nothing that a user
 * built on a view breaks.
 */
final class MetricViews {
  private static final Logger LOG = LoggerFactory.getLogger(MetricViews.class);

  /** PostgreSQL allows 1,664 columns in a result; the rest of the labels stays in series.labels. */
  private static final int MOST_LABEL_COLUMNS = 1600;

  private static final int VIEWS_PER_TRANSACTION = 100;

  private static final String OUTDATED =
      """
      SELECT metric_id, name, label_names FROM harvester.metric m
       WHERE view_labels < least(cardinality(label_names), %d) OR view_name IS NULL
       ORDER BY metric_id LIMIT $1 FOR UPDATE SKIP LOCKED
      """
          .formatted(MOST_LABEL_COLUMNS);

  private static final String DONE =
      "UPDATE harvester.metric SET view_name = $2, view_labels = $3 WHERE metric_id = $1";

  private final Pool pool;
  private final Duration timeout;
  private final int mostViews;

  MetricViews(Pool pool, Duration timeout, int mostViews) {
    this.pool = pool;
    this.timeout = timeout;
    this.mostViews = mostViews;
  }

  /**
   * Makes and extends the views that lag behind. What cannot be done now, because somebody reads a
   * view for long, is left for the next call: samples must not wait for that.
   */
  void refresh() {
    try {
      while (refreshSome() == VIEWS_PER_TRANSACTION) {
        LOG.debug("more views to make");
      }
    } catch (DatabaseException e) {
      LOG.warn("views of new metrics or labels are put off: {}", e.getMessage());
    }
  }

  private int refreshSome() throws DatabaseException {
    SqlConnection connection = Await.result(pool.getConnection(), timeout);
    try {
      Transaction transaction = Await.result(connection.begin(), timeout);
      int room = room(connection);
      List<Row> outdated = new ArrayList<>();
      Await.result(connection.preparedQuery(OUTDATED).execute(Tuple.of(room)), timeout)
          .forEach(outdated::add);
      if (!outdated.isEmpty()) {
        Await.result(connection.query(statements(outdated)).execute(), timeout);
        Await.result(connection.preparedQuery(DONE).executeBatch(done(outdated)), timeout);
      }
      Await.result(transaction.commit(), timeout);
      return outdated.size();
    } finally {
      connection.close(); // rolls back what is not committed
    }
  }

  private int room(SqlConnection connection) throws DatabaseException {
    if (mostViews == 0) {
      return 0;
    }
    long views =
        Await.result(
                connection
                    .query("SELECT count(*) FROM harvester.metric WHERE view_name IS NOT NULL")
                    .execute(),
                timeout)
            .iterator()
            .next()
            .getLong(0);
    if (views >= mostViews) {
      LOG.warn("no more than HARVESTER_METRIC_VIEWS={} views are made", mostViews);
    }
    return (int) Math.max(0, Math.min(VIEWS_PER_TRANSACTION, mostViews - views));
  }

  private static String statements(Collection<Row> metrics) {
    StringBuilder sql = new StringBuilder("SET LOCAL lock_timeout = '1s';");
    for (Row metric : metrics) {
      sql.append(definition(metric.getInteger(0), metric.getString(1), labels(metric)));
    }
    return sql.toString();
  }

  private static List<Tuple> done(Collection<Row> metrics) {
    return metrics.stream()
        .map(
            metric ->
                Tuple.of(
                    metric.getInteger(0),
                    Identifiers.fit(metric.getString(1)),
                    labels(metric).size()))
        .toList();
  }

  private static List<String> labels(Row metric) {
    List<String> all = Arrays.asList(metric.getArrayOfStrings(2));
    return all.subList(0, Math.min(all.size(), MOST_LABEL_COLUMNS));
  }

  static String definition(int metricId, String metric, List<String> labels) {
    StringBuilder sql = new StringBuilder("CREATE OR REPLACE VIEW metric.");
    sql.append(Identifiers.quoted(Identifiers.fit(metric)));
    sql.append(" AS SELECT s.time, n.name AS node, s.value");
    List<String> columns = Identifiers.columns(labels);
    for (int i = 0; i < labels.size(); i++) {
      sql.append(", r.labels ->> ")
          .append(Identifiers.literal(labels.get(i)))
          .append(" AS ")
          .append(Identifiers.quoted(columns.get(i)));
    }
    return sql.append(" FROM harvester.series r")
        .append(" JOIN harvester.node n ON n.node_id = r.node_id")
        .append(" JOIN harvester.sample s ON s.series_id = r.series_id AND s.node_id = r.node_id")
        .append(" WHERE r.metric_id = ")
        .append(metricId)
        .append(';')
        .toString();
  }
}
