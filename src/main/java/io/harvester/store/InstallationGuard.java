package io.harvester.store;

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
 * series, silently and for ever.
 */
final class InstallationGuard {
  private static final Logger LOG = LoggerFactory.getLogger(InstallationGuard.class);

  private final Runnable forgetEverything;
  private final AtomicLong highestSeries = new AtomicLong();
  private UUID installation;

  InstallationGuard(Runnable forgetEverything) {
    this.forgetEverything = forgetEverything;
  }

  /** This id is in use in memory. */
  void seen(long seriesId) {
    highestSeries.accumulateAndGet(seriesId, Math::max);
  }

  /**
   * Checks a new connection.
   *
   * @return false if everything cached had to be forgotten: what was planned with it is void
   */
  synchronized boolean check(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT installation_id, (SELECT coalesce(max(series_id), 0) FROM harvester.series)"
                    + " FROM harvester.installation")) {
      row.next();
      UUID found = row.getObject(1, UUID.class);
      boolean same = installation == null || installation.equals(found);
      boolean complete = row.getLong(2) >= highestSeries.get();
      installation = found;
      if (same && complete) {
        return true;
      }
      LOG.warn(
          "the database is {}: every cached id is dropped",
          same ? "in an older state than before" : "another one than before");
      highestSeries.set(0);
      forgetEverything.run();
      return false;
    }
  }
}
