// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.storage.RejectionLog;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums rejections in memory and writes the sums to table {@code rejected_sample} once a second, so
 * that a flood of bad samples costs a few rows per second, not a row per sample.
 */
public final class PgRejectionLog implements RejectionLog {
  private static final Logger LOG = LoggerFactory.getLogger(PgRejectionLog.class);
  private static final int MAX_PENDING = 10_000;
  private static final int MAX_TEXT_LENGTH = 200;

  private static final String UPSERT =
      """
      INSERT INTO harvester.rejected_sample AS r
             (node, metric, reason, rejections, example, example_time_ms)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (node, metric, reason) DO UPDATE
         SET rejections = r.rejections + excluded.rejections, example = excluded.example,
             example_time_ms = excluded.example_time_ms, last_at = now()
      """;

  private static final int MAX_ROWS = 20_000;

  private static final String TRIM =
      """
      DELETE FROM harvester.rejected_sample WHERE ctid IN (
        SELECT ctid FROM harvester.rejected_sample ORDER BY last_at DESC OFFSET %d)
      """
          .formatted(MAX_ROWS);

  private final Pool pool;
  private final Duration timeout;
  private Map<Key, Rejection> pending = new LinkedHashMap<>();

  private record Key(String node, String metric, String reason) {}

  /**
   * A log without pending rejections.
   *
   * @param timeout how long a statement may take
   */
  public PgRejectionLog(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  @Override
  public synchronized void report(Rejection rejection) {
    Key key = new Key(text(rejection.node()), text(rejection.metric()), rejection.reason());
    Rejection sum = pending.get(key);
    if (sum == null && pending.size() >= MAX_PENDING) {
      return; // the metrics still count it
    }
    pending.put(
        key,
        new Rejection(
            key.node(),
            key.metric(),
            key.reason(),
            text(rejection.example()),
            rejection.time(),
            rejection.samples() + (sum == null ? 0 : sum.samples())));
  }

  /** PostgreSQL stores no NUL, and limits the length of a key. */
  private static String text(String s) {
    String clean = s.replace('\0', '\uFFFD');
    return clean.length() <= MAX_TEXT_LENGTH ? clean : clean.substring(0, MAX_TEXT_LENGTH) + "…";
  }

  /** Deletes the oldest rows beyond {@value #MAX_ROWS}. Failures are logged. */
  public void trim() {
    try {
      Await.result(pool.query(TRIM).execute(), timeout);
    } catch (DatabaseException e) {
      LOG.warn("old rejections not deleted: {}", e.getMessage());
    }
  }

  /** Writes the pending sums. If that fails, they are logged as lost. */
  public void write() {
    Map<Key, Rejection> sums;
    synchronized (this) {
      if (pending.isEmpty()) {
        return;
      }
      sums = pending;
      pending = new LinkedHashMap<>();
    }
    List<Tuple> rows = new ArrayList<>();
    for (Rejection r : sums.values()) {
      rows.add(Tuple.of(r.node(), r.metric(), r.reason(), r.samples(), r.example(), r.time()));
    }
    try {
      Await.result(pool.preparedQuery(UPSERT).executeBatch(rows), timeout);
    } catch (DatabaseException e) {
      LOG.warn("rejections of {} kinds not recorded: {}", sums.size(), e.getMessage());
    }
  }
}
