// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/** Opens pgjdbc connections: for writers, migrations, maintenance and commands. */
public final class Jdbc {
  /** The schema of all of Harvester's tables. */
  public static final String SCHEMA = "harvester";

  private final DatabaseUrl url;
  private final Duration timeout;

  /**
   * Connects to one database.
   *
   * @param timeout how long a statement may take before the connection counts as lost
   */
  public Jdbc(DatabaseUrl url, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
  }

  /** The URL for pgjdbc, without credentials. */
  public String jdbcUrl() {
    String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
    return "jdbc:postgresql://" + host + ":" + url.port() + "/" + url.database();
  }

  /** The properties for pgjdbc: options of the URL, credentials and time limits. */
  public Properties properties(String applicationName) {
    Properties p = new Properties();
    p.putAll(url.options());
    p.setProperty("user", url.user());
    p.setProperty("password", url.password());
    p.setProperty("ApplicationName", applicationName);
    p.setProperty("connectTimeout", "5");
    p.setProperty("loginTimeout", "10");
    p.setProperty("socketTimeout", Long.toString(Math.max(1, timeout.toSeconds())));
    p.setProperty("tcpKeepAlive", "true");
    p.setProperty("reWriteBatchedInserts", "false");
    return p;
  }

  /**
   * Opens a connection with Harvester's schema first in the search path, in UTC and in autocommit
   * mode.
   *
   * @param applicationName shown in {@code pg_stat_activity}
   */
  public Connection open(String applicationName) throws SQLException {
    Connection connection = DriverManager.getConnection(jdbcUrl(), properties(applicationName));
    try (Statement statement = connection.createStatement()) {
      // Compiling such short queries costs more than it saves.
      statement.execute(
          "SET search_path = " + SCHEMA + ", public; SET jit = off; SET timezone = 'UTC'");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The URL, without password. */
  @Override
  public String toString() {
    return url.toString();
  }
}
