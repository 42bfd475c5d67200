// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.fleet;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.quota.Quota;
import io.harvester.series.Activity.CurrentSeries;
import io.harvester.series.SeriesId;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes what this process knows of the nodes to the tables {@code node_status} and {@code
 * node_info}, in three statements however many nodes there are. One thread calls it.
 */
public final class NodeStatusLog {
  /** Metrics whose labels are the information. View fleet.node shows them. */
  private static final String[] INFO_METRICS = {
    "node_uname_info",
    "node_os_info",
    "node_exporter_build_info",
    "prometheus_build_info",
    "harvester_remote_desktop_info"
  };

  private static final String METRIC_IDS =
      "SELECT metric_id FROM harvester.metric WHERE name = ANY ($1)";

  private static final String USAGE = "SELECT harvester.record_node_usage($1, $2, $3, $4)";

  private static final String INFO = "SELECT harvester.record_node_info($1, $2, $3)";

  private static final String QUOTAS =
      """
      INSERT INTO harvester.quota_default AS d
             (max_series, max_new_series_per_hour, max_samples_per_second, max_body_bytes_per_second)
      VALUES (nullif($1, 0), nullif($2, 0), nullif($3, 0), nullif($4::bigint, 0))
      ON CONFLICT ((true)) DO UPDATE
         SET max_series = excluded.max_series,
             max_new_series_per_hour = excluded.max_new_series_per_hour,
             max_samples_per_second = excluded.max_samples_per_second,
             max_body_bytes_per_second = excluded.max_body_bytes_per_second
      """;

  private final Pool pool;
  private final Duration timeout;
  private volatile Map<Key, Current> written = new HashMap<>();

  /** A node and one of the metrics. */
  private record Key(int nodeId, int metricId) {}

  /** What was written last of a node and metric. */
  private record Current(long seriesId, boolean ended) {}

  /**
   * Writes through a pool.
   *
   * @param timeout how long a statement may take
   */
  public NodeStatusLog(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  /** Tells the views which quotas apply to nodes without one of their own. */
  public void writeQuotas(Quota standard) throws DatabaseException {
    Await.result(
        pool.preparedQuery(QUOTAS)
            .execute(
                Tuple.of(
                    standard.series(),
                    standard.newSeriesPerHour(),
                    standard.samplesPerSecond(),
                    standard.bodyBytesPerSecond())),
        timeout);
  }

  /** The ids of the metrics whose current series are to be written. */
  public Set<Integer> infoMetrics() throws DatabaseException {
    Set<Integer> ids = new HashSet<>();
    for (Row row :
        Await.result(
            pool.preparedQuery(METRIC_IDS).execute(Tuple.of((Object) INFO_METRICS)), timeout)) {
      ids.add(row.getInteger(0));
    }
    return ids;
  }

  /** Writes counts; with none, the rates of silent nodes fall to 0 all the same. */
  public void writeUsage(List<NodeUsage> nodes) throws DatabaseException {
    int count = nodes.size();
    String[] names = new String[count];
    Integer[] active = new Integer[count];
    Integer[] created = new Integer[count];
    Long[] bytes = new Long[count];
    for (int i = 0; i < count; i++) {
      names[i] = nodes.get(i).node();
      active[i] = nodes.get(i).activeSeries();
      created[i] = nodes.get(i).newSeries();
      bytes[i] = nodes.get(i).bodyBytes();
    }
    Await.result(
        pool.preparedQuery(USAGE).execute(Tuple.of(names, active, created, bytes)), timeout);
  }

  /** Writes those series that were not the current ones before, or have ended since. */
  public void writeCurrent(List<CurrentSeries> series) throws DatabaseException {
    Map<Key, Current> before = written;
    Map<Key, Current> now = new HashMap<>();
    List<CurrentSeries> changed = new ArrayList<>();
    for (CurrentSeries s : series) {
      Key key = new Key(s.nodeId(), SeriesId.metric(s.seriesId()));
      Current current = new Current(s.seriesId(), s.ended());
      now.put(key, current);
      if (!current.equals(before.get(key))) {
        changed.add(s);
      }
    }
    if (!changed.isEmpty()) {
      write(changed);
    }
    synchronized (this) {
      if (written == before) { // else they were forgotten meanwhile
        written = now;
      }
    }
  }

  private void write(List<CurrentSeries> series) throws DatabaseException {
    Long[] ids = new Long[series.size()];
    Long[] times = new Long[series.size()];
    Boolean[] ended = new Boolean[series.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = series.get(i).seriesId();
      times[i] = series.get(i).time();
      ended[i] = series.get(i).ended();
    }
    Await.result(pool.preparedQuery(INFO).execute(Tuple.of(ids, times, ended)), timeout);
  }

  /** Forgets what was written: the URL leads to another database than before. */
  public synchronized void forget() {
    written = new HashMap<>();
  }
}
