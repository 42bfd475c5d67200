// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A new database for one test, empty except for the TimescaleDB extension where the tier has it. It
 * is owned by its own role, which is not a superuser, as in production.
 */
public final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TestServer server;
  private final TestTier tier;
  private final String name;
  private final TestDatabaseUrl owner;

  private TestDatabase(TestServer server, TestTier tier, String name, TestDatabaseUrl owner) {
    this.server = server;
    this.tier = tier;
    this.name = name;
    this.owner = owner;
  }

  /** Creates a database of a tier that the server offers. */
  static TestDatabase create(TestServer server, TestTier tier) {
    // The random part separates test runs that share a server.
    String name = "hvt_" + NUMBER.incrementAndGet() + "_" + randomHex(3);
    String password = randomHex(8);
    TestDatabaseUrl owner = server.superuser().withDatabase(name).withUser(name, password);
    try {
      server.superuser().execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
      server.superuser().execute("CREATE DATABASE " + name + " OWNER " + name);
      TestDatabase database = new TestDatabase(server, tier, name, owner);
      if (tier.needsTimescale()) {
        database.superuser().execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
      }
      return database;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "cannot create a test database on "
              + server.description()
              + ": the role needs CREATEDB and CREATEROLE",
          e);
    }
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** The URL for the service's configuration: {@code postgresql://user:password@host:port/db}. */
  public String url() {
    return owner.text();
  }

  /** The database as superuser, for what the service's role is not allowed to do. */
  public TestDatabaseUrl superuser() {
    return server.superuser().withDatabase(name);
  }

  /** The tier that the service must detect. */
  public TestTier tier() {
    return tier;
  }

  /** The server of this database. */
  public TestServer server() {
    return server;
  }

  /** Opens a connection as the owner; the caller closes it. */
  public Connection connect() throws SQLException {
    return owner.connect();
  }

  /** Runs a statement as the owner. */
  public void execute(String sql) throws SQLException {
    owner.execute(sql);
  }

  /** All rows of a query by the owner; values as the driver returns them. */
  public List<List<Object>> query(String sql) throws SQLException {
    return owner.query(sql);
  }

  /** The only value of a query by the owner. */
  public Object value(String sql) throws SQLException {
    return owner.value(sql);
  }

  /** Drops the database and its connections; first starts the server if a test stopped it. */
  @Override
  public void close() {
    try {
      server.start();
      server.superuser().execute("DROP DATABASE " + name + " WITH (FORCE)");
      server.superuser().execute("DROP ROLE " + name);
    } catch (Exception e) {
      throw new IllegalStateException("cannot drop the test database " + name, e);
    }
  }

  /** The tier, for the display names of tests. */
  @Override
  public String toString() {
    return tier.toString();
  }
}
