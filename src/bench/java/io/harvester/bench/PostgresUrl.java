package io.harvester.bench;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** A database as {@code postgresql://user:password@host:port/database}. */
record PostgresUrl(URI uri) {

  static PostgresUrl parse(String text) {
    URI uri = URI.create(text);
    if (uri.getUserInfo() == null || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "a database is postgresql://user:password@host:port/database, not " + text);
    }
    return new PostgresUrl(uri);
  }

  String host() {
    return uri.getHost();
  }

  int port() {
    return uri.getPort() < 0 ? 5432 : uri.getPort();
  }

  /** The same database seen through a proxy on this machine. */
  String through(int proxyPort) {
    return "postgresql://" + uri.getUserInfo() + "@127.0.0.1:" + proxyPort + uri.getPath();
  }

  Connection connect() throws SQLException {
    String[] login = uri.getUserInfo().split(":", 2);
    Properties properties = new Properties();
    properties.setProperty("user", login[0]);
    properties.setProperty("password", login.length > 1 ? login[1] : "");
    return DriverManager.getConnection(
        "jdbc:postgresql://" + host() + ":" + port() + uri.getPath(), properties);
  }
}
