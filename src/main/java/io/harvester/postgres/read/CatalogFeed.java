// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.read.SeriesIndex;
import io.harvester.read.SeriesIndex.CatalogSeries;
import io.harvester.read.SeriesIndex.IndexedNode;
import io.harvester.series.SeriesKey.Label;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link SeriesIndex} equal to the catalog: reads all of it before the first query, and
 * what is new before a later one, at most once a second. So the series of other aggregators are
 * found, too. Without queries, the feed costs nothing.
 */
final class CatalogFeed {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogFeed.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration NODES_PERIOD = Duration.ofSeconds(10);

  /**
   * A series gets its time when the transaction that inserts it starts, and is visible when it
   * ends: each round reads the last minutes again.
   */
  private static final Duration LONGEST_INSERT = Duration.ofMinutes(2);

  private static final int FETCH_SIZE = 10_000;

  private static final String NOW = "SELECT now()";
  private static final String METRICS = "SELECT metric_id, name FROM harvester.metric";
  private static final String NODES =
      "SELECT node_id, name, newest_sample_time FROM harvester.node";
  private static final String SERIES =
      "SELECT series_id, node_id, metric_id, labels::text, first_seen FROM harvester.series"
          + " WHERE first_seen > ?";

  private final SeriesIndex index;
  private final Map<Integer, String> metrics = new HashMap<>();

  /** Ten thousand nodes send the same label sets. */
  private final Cache<String, List<Label>> parsed =
      Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

  /** The series that the next round reads again. */
  private Set<Long> recent = new HashSet<>();

  private volatile boolean added;
  private Instant readUntil = Instant.EPOCH;
  private long lastRound = System.nanoTime() - PERIOD.toNanos();
  private long lastNodes = System.nanoTime() - NODES_PERIOD.toNanos();

  CatalogFeed(SeriesIndex index) {
    this.index = index;
  }

  /** Forgets everything: the connections lead to another database. */
  synchronized void reset() {
    index.clear();
    metrics.clear();
    recent.clear();
    readUntil = Instant.EPOCH;
    lastRound = System.nanoTime() - PERIOD.toNanos();
    lastNodes = System.nanoTime() - NODES_PERIOD.toNanos();
  }

  /** Tells that this process has registered series: the next query reads them. */
  void seriesAdded() {
    added = true;
  }

  /** Whether {@link #update} would read something. */
  synchronized boolean isDue() {
    return added || System.nanoTime() - lastRound >= PERIOD.toNanos();
  }

  /** Reads what is new. Others that need it wait. */
  synchronized void update(Connection connection) throws SQLException {
    if (!isDue()) {
      return;
    }
    long start = System.nanoTime();
    added = false; // what is registered from now on may be missing in this round
    boolean first = readUntil.equals(Instant.EPOCH);
    connection.setAutoCommit(false); // otherwise pgjdbc fetches all rows at once
    try {
      Instant now = now(connection);
      if (start - lastNodes >= NODES_PERIOD.toNanos()) {
        readNodes(connection);
        lastNodes = start;
      }
      readSeries(connection, readUntil.minus(LONGEST_INSERT), now.minus(LONGEST_INSERT));
      readUntil = now;
      lastRound = System.nanoTime();
    } catch (SQLException e) {
      reset(); // what was read before the failure would be added again
      throw e;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    if (first) {
      LOG.info(
          "{} series indexed for queries in {} ms, {} bytes each",
          index.size(),
          Duration.ofNanos(System.nanoTime() - start).toMillis(),
          index.bytes() / Math.max(1, index.size()));
    }
  }

  private static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NOW)) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }

  private void readNodes(Connection connection) throws SQLException {
    List<IndexedNode> nodes = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NODES)) {
      while (row.next()) {
        // A node without a stored sample is one whose first write is under way.
        long newest = row.getTimestamp(3) == null ? Long.MAX_VALUE : row.getTimestamp(3).getTime();
        nodes.add(new IndexedNode(row.getInt(1), row.getString(2), newest));
      }
    }
    index.setNodes(nodes);
  }

  private void readMetrics(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(METRICS)) {
      while (row.next()) {
        metrics.put(row.getInt(1), row.getString(2));
      }
    }
  }

  private void readSeries(Connection connection, Instant from, Instant recentFrom)
      throws SQLException {
    Set<Long> nowRecent = new HashSet<>();
    List<CatalogSeries> fresh = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(SERIES)) {
      select.setFetchSize(FETCH_SIZE);
      select.setObject(1, PgTimestamps.utc(from));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long id = row.getLong(1);
          if (row.getTimestamp(5).toInstant().isAfter(recentFrom)) {
            nowRecent.add(id);
          }
          if (!recent.contains(id)) {
            fresh.add(series(connection, row));
          }
          if (fresh.size() == FETCH_SIZE) {
            index.add(fresh);
            fresh.clear();
          }
        }
      }
    }
    index.add(fresh);
    recent = nowRecent;
  }

  private CatalogSeries series(Connection connection, ResultSet row) throws SQLException {
    int node = row.getInt(2);
    if (!index.hasNode(node)) {
      readNodes(connection);
    }
    int metric = row.getInt(3);
    if (!metrics.containsKey(metric)) {
      readMetrics(connection);
    }
    return new CatalogSeries(
        row.getLong(1),
        node,
        metrics.get(metric),
        parsed.get(row.getString(4), CatalogFeed::labels));
  }

  /** jsonb sorts its keys by length. */
  private static List<Label> labels(String json) {
    List<Label> labels = new ArrayList<>();
    new JsonObject(json).forEach(e -> labels.add(new Label(e.getKey(), (String) e.getValue())));
    labels.sort(Comparator.comparing(Label::name));
    return List.copyOf(labels);
  }
}
