package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/** Opens pgjdbc connections: for COPY, migrations and chunk care. */
public final class Jdbc {
  /** Where all tables are. */
  public static final String SCHEMA = "harvester";

  private final DatabaseUrl url;
  private final Duration timeout;

  /** Takes the database and the time after which a step of it counts as unreachable. */
  public Jdbc(DatabaseUrl url, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
  }

  /** The URL without credentials, as pgjdbc spells it. */
  public String jdbcUrl() {
    String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
    return "jdbc:postgresql://" + host + ":" + url.port() + "/" + url.database();
  }

  /** Credentials, time limits and the options of the URL. */
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

  /** A connection whose statements see our schema first. */
  public Connection open(String applicationName) throws SQLException {
    Connection connection = DriverManager.getConnection(jdbcUrl(), properties(applicationName));
    try (Statement statement = connection.createStatement()) {
      // JIT costs more than these short queries.
      statement.execute(
          "SET search_path = " + SCHEMA + ", public; SET jit = off; SET timezone = 'UTC'");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The database, without password. */
  @Override
  public String toString() {
    return url.toString();
  }
}
