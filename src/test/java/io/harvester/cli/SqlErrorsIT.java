// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.testing.EachTier;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** What {@code sql} says to a statement that fails. */
class SqlErrorsIT {
  @EachTier({TestTier.COLUMNAR, TestTier.POSTGRES})
  void an_error_shows_its_place_and_what_was_forgotten(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      a.send(
              Message.series("node_load1", "node", "lab-01")
                  .with(Message.at(System.currentTimeMillis(), 1)),
              Message.series("node:cpu:rate5m", "node", "lab-01")
                  .with(Message.at(System.currentTimeMillis(), 1)))
          .mustBeStored();
      Eventually.until(
          "views",
          () -> db.value("SELECT count(*) FROM pg_views WHERE schemaname = 'metric'").equals(2L));
    }
    assertEquals(
        Cli.OK,
        run(db, "SELECT * FROM node_load1", System.err),
        "the search path finds metrics without their schema");
    fails(
        db,
        "SELECT * FROM \"Node_Load1\"",
        """
        ERROR: relation "Node_Load1" does not exist
          SELECT * FROM "Node_Load1"
                        ^
        Hint: did you mean metric.node_load1?\
        """);
    fails(
        db,
        "SELECT * FROM metric.node:cpu:rate5m",
        """
        ERROR: syntax error at or near ":"
          SELECT * FROM metric.node:cpu:rate5m
                                   ^
        Hint: a name that is no lower-case identifier needs quotes: metric."node:cpu:rate5m\"\
        """);
    fails(
        db,
        "SELECT value FROM metric.node_load1\n WHERE node = \"lab-01\"",
        """
        ERROR: column "lab-01" does not exist
           WHERE node = "lab-01"
                        ^
        Hint: a text needs single quotes: 'lab-01'\
        """);
    fails(
        db,
        "SELECT count(* FROM fleet.node",
        """
        ERROR: syntax error at or near "FROM"
          SELECT count(* FROM fleet.node
                         ^\
        """);
  }

  private static void fails(TestDatabase db, String statement, String expected) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(Cli.FAILED, run(db, statement, new PrintStream(err, true, UTF_8)));
    assertEquals("harvester-aggregator: " + expected, err.toString(UTF_8).stripTrailing());
  }

  private static int run(TestDatabase db, String statement, PrintStream err) {
    return new Cli(
            settings -> Cli.FAILED,
            Map.of(),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            err)
        .run(List.of("sql", statement, "--database-url=" + db.url()));
  }
}
