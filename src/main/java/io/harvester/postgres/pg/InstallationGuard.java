// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the database behind the URL is not the one whose ids are cached: that it was created
 * anew or restored from a backup. With cached ids, samples would be stored under other series,
 * silently and for good. Every new connection is checked before its first use.
 */
public final class InstallationGuard {
  /** Returns the installation id and the highest series id, as {@link #check} takes them. */
  public static final String QUERY =
      "SELECT installation_id, (SELECT coalesce(max(series_id), 0) FROM harvester.series)"
          + " FROM harvester.installation";

  private static final Logger LOG = LoggerFactory.getLogger(InstallationGuard.class);

  private final Runnable forgetEverything;
  private final AtomicLong highestSeries = new AtomicLong();
  private UUID installation;

  /**
   * A guard that has seen no connection.
   *
   * @param forgetEverything drops all cached ids
   */
  public InstallationGuard(Runnable forgetEverything) {
    this.forgetEverything = forgetEverything;
  }

  /** Records that a series id is cached. */
  public void seen(long seriesId) {
    highestSeries.accumulateAndGet(seriesId, Math::max);
  }

  /**
   * The highest cached series id. To be read before {@link #QUERY} is sent: ids that are cached
   * later may be newer than its answer.
   */
  public long highestSeries() {
    return highestSeries.get();
  }

  /**
   * Checks a new connection, and drops all cached ids if it leads to another database than before.
   *
   * @throws SQLException if the query fails
   */
  public void check(Connection connection) throws SQLException {
    long highest = highestSeries();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      if (row.next()) {
        check(row.getObject(1, UUID.class), row.getLong(2), highest);
      }
    }
  }

  /**
   * Checks the answer of {@link #QUERY} on a new connection, and drops all cached ids if it is from
   * another database than before.
   *
   * @param highestBefore {@link #highestSeries} before the query was sent
   */
  public synchronized void check(UUID found, long maxSeriesId, long highestBefore) {
    boolean same = installation == null || installation.equals(found);
    boolean complete = maxSeriesId >= highestBefore;
    installation = found;
    if (same && complete) {
      return;
    }
    LOG.warn(
        "the database {}: dropping all cached ids",
        same ? "was restored to an older state" : "is not the one that was connected before");
    highestSeries.set(0);
    forgetEverything.run();
  }
}
