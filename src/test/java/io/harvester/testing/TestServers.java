package io.harvester.testing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers found for this test run: at most one per tier, and why a tier has none. */
final class TestServers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TestServers.class);

  private interface Source {
    TestServer open() throws Exception;
  }

  private final Map<Tier, TestServer> servers = new EnumMap<>(Tier.class);
  private final List<String> failures = new ArrayList<>();

  private TestServers() {}

  /** Looks for servers, the ones that somebody named first; starts those that are ours. */
  static TestServers find() {
    TestServers found = new TestServers();
    found.add(GivenServer::open);
    found.addIfMissing(Tier.COLUMNAR, DockerServer::open);
    found.addIfMissing(Tier.HYPERTABLE, DebianServer::open);
    found.addIfMissing(Tier.POSTGRES, EmbeddedServer::open);
    for (Tier tier : Tier.values()) {
      log.info(
          "{}",
          found
              .of(tier)
              .map(server -> tier + ": " + server.description())
              .orElse(found.whyNo(tier)));
    }
    return found;
  }

  private void addIfMissing(Tier expected, Source source) {
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

  private static Tier tierOf(TestServer server) throws SQLException {
    if (!Tier.offersTimescale(server.superuser())) {
      return Tier.POSTGRES;
    }
    // Only a database with the extension tells its licence.
    try (TestDatabase probe = TestDatabase.create(server, Tier.HYPERTABLE)) {
      return Tier.of(probe.superuser());
    }
  }

  Optional<TestServer> of(Tier tier) {
    return Optional.ofNullable(servers.get(tier));
  }

  int count() {
    return servers.size();
  }

  /** Every server that was looked for in vain. */
  String whyNo(Tier tier) {
    return tier + ": no server: " + String.join("; ", failures);
  }

  @Override
  public void close() {
    for (TestServer server : servers.values()) {
      server.close();
    }
  }
}
