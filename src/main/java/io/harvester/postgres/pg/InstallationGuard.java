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
 * Notices that the database behind the URL is not the one whose ids are cached: made anew, or
 * restored from an older state. Writing with cached ids would then file samples under another
 * series, silently and for ever. Every new connection is checked before its first use.
 */
public final class InstallationGuard {
  /** Gives what {@link #check} asks for. */
  public static final String QUERY =
      "SELECT installation_id, (SELECT coalesce(max(series_id), 0) FROM harvester.series)"
          + " FROM harvester.installation";

  private static final Logger LOG = LoggerFactory.getLogger(InstallationGuard.class);

  private final Runnable forgetEverything;
  private final AtomicLong highestSeries = new AtomicLong();
  private UUID installation;

  public InstallationGuard(Runnable forgetEverything) {
    this.forgetEverything = forgetEverything;
  }

  /** This id is in use in memory. */
  public void seen(long seriesId) {
    highestSeries.accumulateAndGet(seriesId, Math::max);
  }

  /** The highest id in use, to be read before {@link #QUERY} is sent: later ones may be newer. */
  public long highestSeries() {
    return highestSeries.get();
  }

  /** Checks a new connection. */
  public void check(Connection connection) throws SQLException {
    long highest = highestSeries();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      if (row.next()) {
        check(row.getObject(1, UUID.class), row.getLong(2), highest);
      }
    }
  }

  /** Drops everything cached if a new connection leads to another database than before. */
  public synchronized void check(UUID found, long maxSeriesId, long highestBefore) {
    boolean same = installation == null || installation.equals(found);
    boolean complete = maxSeriesId >= highestBefore;
    installation = found;
    if (same && complete) {
      return;
    }
    LOG.warn(
        "the database is {}: every cached id is dropped",
        same ? "in an older state than before" : "another one than before");
    highestSeries.set(0);
    forgetEverything.run();
  }
}
