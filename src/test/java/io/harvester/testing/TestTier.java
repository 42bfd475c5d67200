// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The storage tiers, by what a server offers. */
public enum TestTier {
  /** TimescaleDB {@value #COLUMNAR_SINCE} or newer with licence {@code timescale}. */
  COLUMNAR,
  /** Any other TimescaleDB, such as the Apache edition. */
  HYPERTABLE,
  /** PostgreSQL without TimescaleDB. */
  POSTGRES;

  private static final String COLUMNAR_SINCE = "2.29.1";
  private static final Pattern VERSION = Pattern.compile("^(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

  /** The name in logs and reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether databases of this tier have the TimescaleDB extension. */
  public boolean needsTimescale() {
    return this != POSTGRES;
  }

  /** Whether a server has TimescaleDB installed and loaded. */
  static boolean offersTimescale(TestDatabaseUrl server) throws SQLException {
    return (Boolean)
        server.value(
            "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')"
                + " AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'");
  }

  /** The tier of a database in which the extension, if offered, is created. */
  static TestTier of(TestDatabaseUrl database) throws SQLException {
    List<List<Object>> timescale =
        database.query(
            "SELECT extversion, current_setting('timescaledb.license')"
                + " FROM pg_extension WHERE extname = 'timescaledb'");
    if (timescale.isEmpty()) {
      return POSTGRES;
    }
    String version = (String) timescale.get(0).get(0);
    boolean community = timescale.get(0).get(1).equals("timescale");
    return community && number(version) >= number(COLUMNAR_SINCE) ? COLUMNAR : HYPERTABLE;
  }

  /** A version as a number in the same order; pre-release suffixes are ignored. */
  private static int number(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.find()) {
      throw new IllegalArgumentException("not a version: " + version);
    }
    int patch = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
    return (Integer.parseInt(parts.group(1)) * 1000 + Integer.parseInt(parts.group(2))) * 1000
        + patch;
  }
}
