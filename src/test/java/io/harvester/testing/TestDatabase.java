package io.harvester.testing;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One test's own database, fresh and empty but for the TimescaleDB extension where the tier has it.
 * It belongs to a role of its own that is no superuser, as in production.
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

  /** Makes a database of a tier that the server offers. */
  static TestDatabase create(TestServer server, TestTier tier) {
    // The random part keeps test runs apart that share a server.
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
          server.description() + " gives no test database: the role needs CREATEDB and CREATEROLE",
          e);
    }
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** The database as the service is configured: {@code postgresql://user:password@host:port/db}. */
  public String url() {
    return owner.text();
  }

  /** The database as superuser, for what the service must not do. */
  public TestDatabaseUrl superuser() {
    return server.superuser().withDatabase(name);
  }

  /** Which tier the service should find. */
  public TestTier tier() {
    return tier;
  }

  /** The server that holds it. */
  public TestServer server() {
    return server;
  }

  /** A connection of the owner, to be closed by the caller. */
  public Connection connect() throws SQLException {
    return owner.connect();
  }

  /** Runs a statement as the owner. */
  public void execute(String sql) throws SQLException {
    owner.execute(sql);
  }

  /** All rows of a query of the owner; values as the driver gives them. */
  public List<List<Object>> query(String sql) throws SQLException {
    return owner.query(sql);
  }

  /** The only value that a query gives. */
  public Object value(String sql) throws SQLException {
    return owner.value(sql);
  }

  /** Drops it, with whoever is still connected; brings the server back first if a test left it. */
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

  /** For the display names of tests. */
  @Override
  public String toString() {
    return tier.toString();
  }
}
