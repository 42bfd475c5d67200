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

/** Guards against tests that pass because they did not run. */
class TierCensusIT {
  @Test
  @ExtendWith(Servers.class)
  void as_many_tiers_ran_as_were_asked_for(TestServers servers) {
    int minimum = Integer.getInteger("harvester.test.minimumTiers", 1);
    assertTrue(servers.count() >= minimum, () -> describe(servers, minimum));
  }

  @EachTier
  void a_database_is_of_the_tier_it_stands_for(TestDatabase db) throws Exception {
    assertEquals(db.tier(), TestTier.of(db.superuser()));
    assertEquals(false, db.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
  }

  @EachTier
  void a_server_of_ours_comes_back_after_a_kill(TestDatabase db) throws Exception {
    db.execute("CREATE TABLE kept AS SELECT 42 AS answer");
    db.server().kill9();
    db.server().start();
    assertEquals(42, db.value("SELECT answer FROM kept"));
  }

  @EachTier
  void a_server_of_ours_can_be_down_for_a_while(TestDatabase db) throws Exception {
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
        Stream.of(TestTier.values()).filter(tier -> servers.of(tier).isEmpty()).map(servers::whyNo);
    return minimum + " tiers were asked for: " + String.join("\n", missing.toList());
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
