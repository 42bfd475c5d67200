// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of this test run: at most one per tier, and the reasons why tiers have none. */
final class TestServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TestServers.class);

  private interface Source {
    TestServer open() throws Exception;
  }

  private final Map<TestTier, TestServer> servers = new EnumMap<>(TestTier.class);

  /** Why no server was found where one was looked for; null: for every tier. */
  private record Failure(TestTier tier, String reason) {}

  private final List<Failure> failures = new ArrayList<>();

  private TestServers() {}

  /** Finds a server for each tier: a configured one first, else one that the test run starts. */
  static TestServers find() {
    TestServers found = new TestServers();
    found.add(null, ConfiguredServer::open);
    found.addIfMissing(TestTier.COLUMNAR, DockerServer::open);
    found.addIfMissing(TestTier.HYPERTABLE, DebianServer::open);
    found.addIfMissing(TestTier.POSTGRES, EmbeddedServer::open);
    for (TestTier tier : TestTier.values()) {
      LOG.info(
          "{}",
          found
              .of(tier)
              .map(server -> tier + ": " + server.description())
              .orElse(found.reasonForNo(tier)));
    }
    return found;
  }

  private void addIfMissing(TestTier expected, Source source) {
    if (!servers.containsKey(expected)) {
      add(expected, source);
    }
  }

  private void add(TestTier expected, Source source) {
    try {
      TestServer server = source.open();
      TestTier tier = tierOf(server);
      if (servers.putIfAbsent(tier, server) != null) {
        server.close();
      }
      if (expected != null && tier != expected) {
        failures.add(new Failure(expected, server.description() + " is of the " + tier + " tier"));
      }
    } catch (Exception e) {
      failures.add(new Failure(expected, e.getMessage()));
    }
  }

  private static TestTier tierOf(TestServer server) throws SQLException {
    if (!TestTier.offersTimescale(server.superuser())) {
      return TestTier.POSTGRES;
    }
    // Only a database with the extension shows its licence.
    try (TestDatabase probe = TestDatabase.create(server, TestTier.HYPERTABLE)) {
      return TestTier.of(probe.superuser());
    }
  }

  Optional<TestServer> of(TestTier tier) {
    return Optional.ofNullable(servers.get(tier));
  }

  int count() {
    return servers.size();
  }

  /** Why a tier has no server: the reasons of those that could not be opened for it. */
  String reasonForNo(TestTier tier) {
    List<String> reasons =
        failures.stream()
            .filter(failure -> failure.tier() == null || failure.tier() == tier)
            .map(Failure::reason)
            .toList();
    return "no server for the " + tier + " tier: " + String.join("; ", reasons);
  }

  @Override
  public void close() {
    for (TestServer server : servers.values()) {
      server.close();
    }
  }
}
