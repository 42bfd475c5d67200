package io.harvester.testing;

import java.sql.SQLException;

/** A server that the caller of the tests names. */
record GivenServer(String description, TestDatabaseUrl superuser) implements TestServer {
  private static final String PROPERTY = "harvester.test.database";

  static TestServer open() throws SQLException {
    String url = System.getProperty(PROPERTY, "");
    if (url.isEmpty()) {
      throw new IllegalStateException("-D" + PROPERTY + "=postgresql://… is not given");
    }
    return reachable(new GivenServer("the server of -D" + PROPERTY, new TestDatabaseUrl(url)));
  }

  /** The server, if it answers. */
  static TestServer reachable(TestServer server) throws SQLException {
    server.superuser().value("SELECT 1");
    return server;
  }
}
