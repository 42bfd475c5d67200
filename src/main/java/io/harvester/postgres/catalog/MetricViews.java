package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The views of schema {@code metric}: one per metric name, with a column per label; and those of
 * its histograms and exemplars where there are any. Label names only ever come at the end, so that
 * {@code CREATE OR REPLACE} suffices and nothing that a user built on a view breaks.
 */
public final class MetricViews {
  private static final Logger LOG = LoggerFactory.getLogger(MetricViews.class);

  private static final int VIEWS_PER_TRANSACTION = 100;

  /** Somebody reads the view for long, or two made one at the same time: another time, then. */
  private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001", "XX000");

  private final Pool pool;
  private final Duration timeout;
  private final PendingViews marks;
  private final int maxViews;

  /** Metrics whose view PostgreSQL refused; tried again by the next process. */
  private final Set<Integer> hopeless = ConcurrentHashMap.newKeySet();

  private volatile boolean full;

  public MetricViews(Pool pool, Duration timeout, PendingViews marks, int maxViews) {
    this.pool = pool;
    this.timeout = timeout;
    this.marks = marks;
    this.maxViews = maxViews;
  }

  /**
   * Makes and extends the views that lag behind. What cannot be done now, because somebody reads a
   * view for long, is left for the next call: samples must not wait for that. A view that cannot be
   * made at all does not keep others from being made.
   */
  public void refresh() {
    if (maxViews == 0) {
      return;
    }
    int views = VIEWS_PER_TRANSACTION;
    try {
      for (ViewKind kind : ViewKind.values()) {
        while (refreshSome(kind, views) == views) {
          LOG.debug("more views to make");
        }
      }
    } catch (DatabaseException e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // by a stop
      }
      LOG.warn("views of new metrics or labels are put off: {}", e.getMessage());
      refreshEach();
    }
  }

  /** Makes the views of metrics that have histograms or exemplars now. */
  public void refreshMarked() {
    PendingViews.Marks marked = marks.take();
    if (marked.isEmpty()) {
      return;
    }
    try {
      want(ViewKind.HISTOGRAM, marked.histograms());
      want(ViewKind.EXEMPLAR, marked.exemplars());
    } catch (DatabaseException e) {
      LOG.warn("views of histograms or exemplars are put off: {}", e.getMessage());
      marks.forget();
      return;
    }
    refresh();
  }

  private void want(ViewKind kind, Set<Long> series) throws DatabaseException {
    Tuple ids = Tuple.tuple().addArrayOfLong(series.toArray(Long[]::new));
    Await.result(pool.preparedQuery(kind.wanted()).execute(ids), timeout);
  }

  /** One view per transaction: those that can be made are made. */
  private void refreshEach() {
    try {
      for (ViewKind kind : ViewKind.values()) {
        for (int i = 0; i < VIEWS_PER_TRANSACTION && refreshSome(kind, 1) == 1; i++) {
          LOG.debug("a view made by itself");
        }
      }
    } catch (DatabaseException e) {
      LOG.warn("a view is put off: {}", e.getMessage());
    }
  }

  private int refreshSome(ViewKind kind, int max) throws DatabaseException {
    SqlConnection connection = Await.result(pool.getConnection(), timeout);
    List<Row> outdated = new ArrayList<>();
    try {
      Transaction transaction = Await.result(connection.begin(), timeout);
      long room = maxViews - views(connection);
      Tuple which =
          Tuple.of(room > 0)
              .addArrayOfInteger(hopeless.toArray(Integer[]::new))
              .addInteger((int) Math.max(1, Math.min(max, room)));
      Await.result(connection.preparedQuery(kind.outdated()).execute(which), timeout)
          .forEach(outdated::add);
      if (!outdated.isEmpty()) {
        Await.result(connection.query(statements(kind, outdated)).execute(), timeout);
        Await.result(connection.preparedQuery(kind.done()).executeBatch(done(outdated)), timeout);
      }
      Await.result(transaction.commit(), timeout);
      return outdated.size();
    } catch (DatabaseException e) {
      if (outdated.size() == 1 && !e.sqlState().isEmpty() && !PASSING.contains(e.sqlState())) {
        hopeless.add(outdated.get(0).getInteger(0));
        LOG.warn("no view of {}: {}", outdated.get(0).getString(1), e.getMessage());
        return 1;
      }
      throw e;
    } finally {
      connection.close(); // rolls back what is not committed
    }
  }

  private long views(SqlConnection connection) throws DatabaseException {
    long views =
        Await.result(
                connection
                    .query("SELECT count(*) FROM harvester.metric WHERE view_name IS NOT NULL")
                    .execute(),
                timeout)
            .iterator()
            .next()
            .getLong(0);
    if (views >= maxViews && !full) {
      full = true;
      LOG.warn("no more than HARVESTER_MAX_METRIC_VIEWS={} views are made", maxViews);
    }
    return views;
  }

  private static String statements(ViewKind kind, Collection<Row> metrics) {
    StringBuilder sql = new StringBuilder("SET LOCAL lock_timeout = '1s';");
    for (Row metric : metrics) {
      sql.append(definition(kind, metric.getInteger(0), metric.getString(1), labels(metric)));
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
    return all.subList(0, Math.min(all.size(), ViewKind.MAX_LABEL_COLUMNS));
  }

  static String definition(ViewKind kind, int metricId, String metric, List<String> labels) {
    StringBuilder sql = new StringBuilder("CREATE OR REPLACE VIEW ");
    sql.append(kind.schema()).append('.').append(Identifiers.quoted(Identifiers.fit(metric)));
    sql.append(" AS SELECT s.time, n.name AS node, ").append(kind.columns());
    List<String> columns = Identifiers.columns(labels, kind.ownColumns());
    for (int i = 0; i < labels.size(); i++) {
      sql.append(", r.labels ->> ")
          .append(Identifiers.literal(labels.get(i)))
          .append(" AS ")
          .append(Identifiers.quoted(columns.get(i)));
    }
    return sql.append(" FROM harvester.series r")
        .append(" JOIN harvester.node n ON n.node_id = r.node_id")
        .append(" JOIN ")
        .append(kind.source())
        .append(" s ON s.series_id = r.series_id AND s.node_id = r.node_id")
        .append(" WHERE r.metric_id = ")
        .append(metricId)
        .append(';')
        .toString();
  }
}
