// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.series.SeriesId;
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
  private static final Logger LOG = LoggerFactory.getLogger(InstallationGuard.class);

  private final Runnable forgetEverything;
  private final AtomicLong newestSeries = new AtomicLong();
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
    newestSeries.accumulateAndGet(
        seriesId, (a, b) -> SeriesId.sequence(a) >= SeriesId.sequence(b) ? a : b);
  }

  /**
   * A query for the installation id, and for whether the database has the newest series whose id is
   * cached: a backup that is older lacks it. To be answered by {@link #check(UUID, boolean)}.
   */
  public String query() {
    long newest = newestSeries.get();
    return "SELECT installation_id, "
        + (newest == 0
            ? "true"
            : "EXISTS (SELECT FROM harvester.series WHERE series_id = " + newest + ")")
        + " FROM harvester.installation";
  }

  /**
   * Checks a new connection, and drops all cached ids if it leads to another database than before.
   *
   * @throws SQLException if the query fails
   */
  public void check(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query())) {
      if (row.next()) {
        check(row.getObject(1, UUID.class), row.getBoolean(2));
      }
    }
  }

  /**
   * Checks the answer to {@link #query} on a new connection, and drops all cached ids if it is from
   * another database than before.
   */
  public synchronized void check(UUID found, boolean hasNewest) {
    boolean same = installation == null || installation.equals(found);
    installation = found;
    if (same && hasNewest) {
      return;
    }
    LOG.warn(
        "the database {}: dropping all cached ids",
        same ? "was restored to an older state" : "is not the one that was connected before");
    newestSeries.set(0);
    forgetEverything.run();
  }
}
