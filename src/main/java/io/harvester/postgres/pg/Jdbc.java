// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.HostPort;
import java.io.EOFException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;

/** Opens pgjdbc connections: for writers, migrations, maintenance and commands. */
public final class Jdbc {
  /** The schema of all of Harvester's tables. */
  public static final String SCHEMA = "harvester";

  /**
   * The first statements of every session of both drivers. They are sent after the connection is
   * made, since poolers refuse them as startup parameters. They override what ALTER ROLE or ALTER
   * DATABASE may have set; jit is off because compiling such short queries costs more than it
   * saves. A member of the role that owns the schema takes on that role, so that all objects have
   * one owner, however many aggregators connect with roles of their own.
   */
  static final String SESSION =
      "SET search_path = "
          + SCHEMA
          + ", public; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY';"
          + " SET intervalstyle = 'postgres'; SET jit = off; SET statement_timeout = 0; SET lock_timeout = 0;"
          + " SET idle_in_transaction_session_timeout = 0;"
          + " SET default_transaction_isolation = 'read committed';"
          + " SET default_transaction_deferrable = off; SET standard_conforming_strings = on;"
          + " SET bytea_output = 'hex'; SET array_nulls = on; SET transform_null_equals = off;"
          + " SET extra_float_digits = 3;"
          + " SELECT set_config('role', pg_get_userbyid(nspowner), false) FROM pg_namespace"
          + " WHERE nspname = '"
          + SCHEMA
          + "' AND nspowner <> (SELECT oid FROM pg_roles WHERE rolname = current_user)"
          + " AND pg_has_role(nspowner, 'MEMBER');"
          // of PostgreSQL 14 and 17
          + " SELECT set_config(name, '0', false) FROM pg_settings"
          + " WHERE name IN ('idle_session_timeout', 'transaction_timeout')";

  /** SQLSTATE feature_not_supported: another attempt with the same files fails, too. */
  private static final String TLS_REFUSED = "0A000";

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
    String database = URLEncoder.encode(url.database(), StandardCharsets.UTF_8);
    return "jdbc:postgresql://" + url.authority() + "/" + database;
  }

  /** The properties for pgjdbc: options of the URL, credentials and time limits. */
  public Properties properties(String applicationName) {
    Properties p = new Properties();
    p.putAll(url.options());
    ServerTls.of(url.options()).configure(p);
    p.setProperty("user", url.user());
    p.setProperty("password", url.currentPassword());
    p.setProperty("logServerErrorDetail", "false"); // it quotes values, which senders choose
    p.setProperty("ApplicationName", applicationName);
    p.setProperty("connectTimeout", "5");
    p.setProperty("loginTimeout", "10");
    p.setProperty("socketTimeout", Long.toString(Math.max(1, timeout.toSeconds())));
    p.setProperty("tcpKeepAlive", "true");
    p.setProperty("reWriteBatchedInserts", "false");
    if (url.hosts().size() > 1) {
      p.setProperty("targetServerType", "primary");
      // How long the driver believes what it saw of a server: a failover is noticed by then.
      p.setProperty("hostRecheckSeconds", "1");
      p.setProperty("connectTimeout", "2");
    }
    return p;
  }

  /**
   * Opens a connection with Harvester's schema first in the search path, in UTC and in autocommit
   * mode.
   *
   * @param applicationName shown in {@code pg_stat_activity}
   */
  public Connection open(String applicationName) throws SQLException {
    Connection connection = connect(applicationName);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** Where the primary is: the only host, else the one that a new connection finds. */
  HostPort primary(String applicationName) throws SQLException {
    if (url.hosts().size() == 1) {
      return url.hosts().get(0);
    }
    try (Connection connection = connect(applicationName)) {
      HostSpec found = connection.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
      return new HostPort(found.getHost(), found.getPort());
    }
  }

  private Connection connect(String applicationName) throws SQLException {
    try {
      return DriverManager.getConnection(jdbcUrl(), properties(applicationName));
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  /**
   * The driver's message names its own classes; the cause names what the operator can change. Of
   * several hosts it has tried each.
   */
  private SQLException explained(SQLException e) {
    if (url.hosts().size() > 1 && e.getMessage().contains("targetServerType")) {
      return new SQLException("no primary answers at " + url.authority(), e.getSQLState(), e);
    }
    boolean broken = false;
    SSLException tls = null;
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException unknown) {
        return new SQLException("unknown host " + unknown.getMessage(), e.getSQLState(), e);
      }
      broken |= cause instanceof EOFException || cause instanceof SocketException;
      tls = cause instanceof SSLException found ? found : tls;
    }
    return tls == null || broken ? e : new SQLException("TLS: " + tls.getMessage(), TLS_REFUSED, e);
  }

  /** The URL, without password. */
  @Override
  public String toString() {
    return url.toString();
  }
}
