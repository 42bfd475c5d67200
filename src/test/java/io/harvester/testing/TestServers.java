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
  private final List<String> failures = new ArrayList<>();

  private TestServers() {}

  /** Finds a server for each tier: a configured one first, else one that the test run starts. */
  static TestServers find() {
    TestServers found = new TestServers();
    found.add(ConfiguredServer::open);
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
      add(source);
    }
  }

  private void add(Source source) {
    try {
      TestServer server = source.open();
      servers.putIfAbsent(tierOf(server), server);
    } catch (Exception e) {
      failures.add(e.getMessage());
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

  /** Why a tier has no server: the reasons of all that could not be opened. */
  String reasonForNo(TestTier tier) {
    return tier + ": no server: " + String.join("; ", failures);
  }

  @Override
  public void close() {
    for (TestServer server : servers.values()) {
      server.close();
    }
  }
}
