// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.postgres.pg.LockTimeouts;
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
 * Creates the views of schema {@code metric}, one per metric with a column for each label, and the
 * views of histograms and exemplars of metrics that have some. New labels become the last columns,
 * so that {@code CREATE OR REPLACE} suffices and objects that depend on a view remain valid.
 */
public final class MetricViews {
  private static final Logger LOG = LoggerFactory.getLogger(MetricViews.class);

  private static final int VIEWS_PER_TRANSACTION = 100;

  /** The views that a writer waits for. */
  private static final List<ViewKind> FIRST =
      List.of(ViewKind.VALUE, ViewKind.HISTOGRAM, ViewKind.EXEMPLAR);

  /**
   * Errors that may not recur: the view is being read (lock timeout, deadlock), or two processes
   * replaced it at the same time ({@code XX000}, "tuple concurrently updated").
   */
  private static final Set<String> TRANSIENT = Set.of("55P03", "40P01", "40001", "XX000");

  private final Pool pool;
  private final Duration timeout;
  private final PendingViews pending;
  private final int maxViews;
  private final boolean packed;

  /** Metrics whose view PostgreSQL refused. Tried again after a restart. */
  private final Set<Integer> refused = ConcurrentHashMap.newKeySet();

  private volatile boolean limitLogged;

  /** Whether metrics or labels were added whose views of rollups are left to the next call. */
  private volatile boolean rollupsDue;

  /** Whether views of new metrics are left to {@link #refreshPending}. */
  private volatile boolean more;

  /**
   * Creates views through a pool.
   *
   * @param timeout how long a statement may take
   * @param pending the series whose metrics need views of histograms or exemplars
   * @param maxViews the highest number of metrics with views; 0: no views at all
   * @param packed whether the tier has packed samples
   */
  public MetricViews(
      Pool pool, Duration timeout, PendingViews pending, int maxViews, boolean packed) {
    this.pool = pool;
    this.timeout = timeout;
    this.pending = pending;
    this.maxViews = maxViews;
    this.packed = packed;
  }

  /**
   * Creates missing views and adds columns to outdated ones. Failures are logged: a view that is
   * being read is left to the next call, because samples must not wait for it, and a view that
   * PostgreSQL refuses does not prevent the others.
   */
  public void refresh() {
    if (maxViews == 0) {
      return;
    }
    int views = VIEWS_PER_TRANSACTION;
    try {
      for (ViewKind kind : ViewKind.values()) {
        while (refreshSome(kind, views) == views) {
          LOG.debug("{} views refreshed, more are outdated", views);
        }
      }
    } catch (DatabaseException e) {
      if (Thread.currentThread().isInterrupted()) {
        return; // interrupted by shutdown
      }
      LOG.warn("views of new metrics or labels postponed: {}", e.getMessage());
      refreshEach();
    }
  }

  /**
   * Creates some of the views that are missing or outdated. {@link #refreshPending} creates the
   * others: a request with thousands of new metrics must not wait for thousands of views.
   */
  void refreshFirst() {
    if (maxViews == 0 || more) {
      return;
    }
    try {
      for (ViewKind kind : FIRST) {
        int views = refreshSome(kind, VIEWS_PER_TRANSACTION);
        more |= views == VIEWS_PER_TRANSACTION;
        rollupsDue |= views > 0 && kind == ViewKind.VALUE;
      }
    } catch (DatabaseException e) {
      more = true;
      LOG.warn("views of new metrics or labels postponed: {}", e.getMessage());
    }
  }

  /**
   * Creates the views of metrics that got their first histogram or exemplar, and those that {@link
   * #refreshFirst} left.
   */
  public void refreshPending() {
    PendingViews.Series series = pending.take();
    if (series.isEmpty()) {
      if (more || rollupsDue) {
        more = false;
        rollupsDue = false;
        refresh();
      }
      return;
    }
    try {
      request(ViewKind.HISTOGRAM, series.histograms());
      request(ViewKind.EXEMPLAR, series.exemplars());
    } catch (DatabaseException e) {
      LOG.warn("views of histograms or exemplars postponed: {}", e.getMessage());
      pending.forget();
      return;
    }
    refresh();
  }

  private void request(ViewKind kind, Set<Long> series) throws DatabaseException {
    Tuple ids = Tuple.tuple().addArrayOfLong(series.toArray(Long[]::new));
    Await.result(pool.preparedQuery(kind.requestView()).execute(ids), timeout);
  }

  /** Refreshes one view per transaction, so that one failure does not undo the others. */
  private void refreshEach() {
    try {
      for (ViewKind kind : ViewKind.values()) {
        for (int i = 0; i < VIEWS_PER_TRANSACTION && refreshSome(kind, 1) == 1; i++) {
          LOG.debug("one view refreshed");
        }
      }
    } catch (DatabaseException e) {
      LOG.warn("view postponed: {}", e.getMessage());
    }
  }

  /** Returns how many views were refreshed or given up, at most {@code max}. */
  private int refreshSome(ViewKind kind, int max) throws DatabaseException {
    SqlConnection connection = Await.result(pool.getConnection(), timeout);
    List<Row> outdated = new ArrayList<>();
    try {
      Transaction transaction = Await.result(connection.begin(), timeout);
      long room = maxViews - views(connection);
      Tuple which =
          Tuple.of(room > 0)
              .addArrayOfInteger(refused.toArray(Integer[]::new))
              .addInteger((int) Math.max(1, Math.min(max, room)));
      Await.result(connection.preparedQuery(kind.findOutdated()).execute(which), timeout)
          .forEach(outdated::add);
      if (!outdated.isEmpty()) {
        Await.result(connection.query(statements(kind, outdated)).execute(), timeout);
        Await.result(
            connection.preparedQuery(kind.markRefreshed()).executeBatch(refreshed(outdated)),
            timeout);
      }
      Await.result(transaction.commit(), timeout);
      return outdated.size();
    } catch (DatabaseException e) {
      if (outdated.size() == 1 && !e.sqlState().isEmpty() && !TRANSIENT.contains(e.sqlState())) {
        refused.add(outdated.get(0).getInteger(0));
        LOG.warn(
            "PostgreSQL refuses the view of {}: {}", outdated.get(0).getString(1), e.getMessage());
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
    if (views >= maxViews && !limitLogged) {
      limitLogged = true;
      LOG.warn(
          "view limit HARVESTER_MAX_METRIC_VIEWS={} reached: new metrics get no view", maxViews);
    }
    return views;
  }

  private String statements(ViewKind kind, Collection<Row> metrics) {
    StringBuilder sql = new StringBuilder(LockTimeouts.VIEW.local()).append(';');
    for (Row metric : metrics) {
      sql.append(
          ViewDefinition.of(
              kind, metric.getInteger(0), metric.getString(1), labels(metric), packed));
    }
    return sql.toString();
  }

  private static List<Tuple> refreshed(Collection<Row> metrics) {
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
}
