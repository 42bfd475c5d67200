// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.sql.SQLException;

/** A server that is given by a system property or environment variable. */
record ConfiguredServer(String description, TestDatabaseUrl superuser) implements TestServer {
  private static final String PROPERTY = "harvester.test.database";

  static TestServer open() throws SQLException {
    String url = System.getProperty(PROPERTY, "");
    if (url.isEmpty()) {
      throw new IllegalStateException("-D" + PROPERTY + "=postgresql://… is not set");
    }
    return reachable(new ConfiguredServer("the server of -D" + PROPERTY, new TestDatabaseUrl(url)));
  }

  /** Returns the server if it accepts connections. */
  static TestServer reachable(TestServer server) throws SQLException {
    server.superuser().value("SELECT 1");
    return server;
  }
}
