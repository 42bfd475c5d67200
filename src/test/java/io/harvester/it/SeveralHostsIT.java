// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.config.DatabaseUrl;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.PrivateServer;
import io.harvester.testing.Stored;
import io.harvester.testing.TcpProxy;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestDatabaseUrl;
import io.harvester.testing.TestTier;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A URL with several hosts leads to the primary, as in libpq. */
class SeveralHostsIT {
  @TempDir private Path folder;

  @EachTier(TestTier.POSTGRES)
  void another_host_is_used_when_one_fails(TestDatabase db) throws Exception {
    TestDatabaseUrl url = db.superuser();
    try (TcpProxy first = new TcpProxy(0, url.host(), url.port());
        TcpProxy second = new TcpProxy(0, url.host(), url.port());
        TestAggregator aggregator =
            TestAggregator.start(at(db, local(first) + "," + local(second)))) {
      send(aggregator, "before");
      first.stop();
      Eventually.until("written through the second host", () -> write(aggregator, "after"));
      Eventually.until("ready", () -> aggregator.sender().get("/-/ready").status() == 200);
      assertEquals(2, Stored.rows(db));
    }
  }

  @EachTier(TestTier.POSTGRES)
  void a_server_that_is_no_primary_is_passed_over(TestDatabase db) throws Exception {
    try (PrivateServer standby = readOnly(db)) {
      String first = "127.0.0.1:" + standby.superuser().port();
      try (TestAggregator aggregator =
          TestAggregator.start(at(db, first + ",127.0.0.1:" + db.superuser().port()))) {
        send(aggregator, "m");
        assertEquals(1, Stored.rows(db));
      }
    }
  }

  @EachTier(TestTier.POSTGRES)
  void without_a_primary_the_start_names_the_hosts(TestDatabase db) throws Exception {
    try (PrivateServer standby = readOnly(db)) {
      String host = "127.0.0.1:" + standby.superuser().port();
      TestAggregator.mustNotStart(
          at(db, host + "," + host), "no primary answers at " + host + "," + host);
    }
  }

  /** A server that knows the same login, but writes nothing: as a standby looks to a client. */
  private PrivateServer readOnly(TestDatabase db) throws Exception {
    DatabaseUrl url = DatabaseUrl.parse(db.url());
    PrivateServer server = new PrivateServer(folder);
    server
        .superuser()
        .execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(url.user(), url.password()));
    server.superuser().execute("CREATE DATABASE " + url.database());
    server
        .superuser()
        .execute("ALTER ROLE %s SET default_transaction_read_only = on".formatted(url.user()));
    return server;
  }

  private static String at(TestDatabase db, String hosts) {
    return db.url().replaceFirst("@[^/]+/", "@" + hosts + "/");
  }

  private static String local(TcpProxy proxy) {
    return "127.0.0.1:" + proxy.port();
  }

  private static boolean write(TestAggregator aggregator, String metric) {
    return aggregator.send(message(metric)).status() == 204;
  }

  private static void send(TestAggregator aggregator, String metric) {
    aggregator.send(message(metric)).mustBeStored();
  }

  private static Message.Series message(String metric) {
    return Message.series(metric, "node", "n").with(Message.at(System.currentTimeMillis(), 1));
  }
}
