// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Fails if fewer tiers were tested than requested: skipped tests must not look like success. */
class TierCensusIT {
  @Test
  @ExtendWith(Servers.class)
  void the_requested_number_of_tiers_has_a_server(TestServers servers) {
    int minimum = Integer.getInteger("harvester.test.minimumTiers", 1);
    assertTrue(servers.count() >= minimum, () -> describe(servers, minimum));
  }

  @EachTier
  void a_test_database_is_of_its_tier(TestDatabase db) throws Exception {
    assertEquals(db.tier(), TestTier.of(db.superuser()));
    assertEquals(false, db.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
  }

  @EachTier
  void a_server_restarts_after_a_kill(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE kept AS SELECT 42 AS answer");
    db.server().kill9();
    db.server().start();
    assertEquals(42, db.value("SELECT answer FROM kept"));
  }

  @EachTier
  void a_server_can_be_stopped_and_started(TestDatabase db) throws Exception {
    db.server().stop();
    assertFalse(isUp(db));
    db.server().start();
    assertTrue(isUp(db));
  }

  private static boolean isUp(TestDatabase db) {
    try {
      return db.value("SELECT 1").equals(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static String describe(TestServers servers, int minimum) {
    Stream<String> missing =
        Stream.of(TestTier.values())
            .filter(tier -> servers.of(tier).isEmpty())
            .map(servers::reasonForNo);
    return minimum + " tiers were requested: " + String.join("\n", missing.toList());
  }

  private static final class Servers implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestServers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return TierExtension.servers(context);
    }
  }
}
