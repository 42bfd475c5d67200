// SPDX-License-Identifier: Apache-2.0
package io.harvester.docs;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.harvester.TestAggregator;
import io.harvester.config.Setting;
import io.harvester.testing.Documents;
import io.harvester.testing.EachTier;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the commands and queries that the documents show. */
class DocumentedCommandsIT {
  private static final String LAUNCHER = "deploy/harvester";
  private static final Pattern ASSIGNMENT = Pattern.compile("(HARVESTER_\\w+)=");
  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]+");
  private static final Pattern PROFILE = Pattern.compile("-P(\\w+)");

  /** Commands that belong to others; what they read is checked. */
  private static final List<String> FOREIGN =
      List.of("ansible-playbook", "apt-get", "cp", "curl", "mvn", "npm", "openssl", "runuser");

  private static final String ADMINISTERED = "\\b(aggregator_2|aggregator|metrics|grafana)\\b";
  private static final String READER =
      """
      DO $$ BEGIN
        IF to_regrole('harvester_reader') IS NULL THEN CREATE ROLE harvester_reader; END IF;
      END $$
      """;

  @EachTier
  void every_query_runs(TestDatabase db) throws Exception {
    long now = System.currentTimeMillis();
    try (TestAggregator aggregator = TestAggregator.start(db)) {
      aggregator
          .send(
              series("node_cpu_seconds_total", "node", "demo", "cpu", "0", "mode", "idle")
                  .with(at(now, 1)),
              series("node_load1", "node", "lab-01").with(at(now, 1)),
              series("node_network_receive_bytes_total", "node", "lab-01").with(at(now, 1)),
              series("node_network_receive_bytes_total", "node", "lab-02").with(at(now, 1)))
          .mustBeStored();
      List<Documents.Block> blocks = Documents.blocks("sql");
      assertFalse(blocks.isEmpty());
      blocks.removeIf(block -> block.document().endsWith("sql.md")); // CookbookIT runs these
      for (Documents.Block block : blocks) {
        try {
          db.execute(block.text());
        } catch (SQLException e) {
          fail(block + " fails: " + e.getMessage(), e);
        }
      }
    }
  }

  /** Roles and databases belong to the whole server: here they get names of their own. */
  @EachTier(TestTier.POSTGRES)
  void every_statement_of_an_administrator_runs(TestDatabase db) throws Exception {
    String prefix = db.value("SELECT current_database()") + "_";
    db.superuser().execute(READER);
    try {
      for (Documents.Block block : Documents.blocks("postgresql")) {
        for (String statement : block.text().strip().split(";\\s*", -1)) {
          if (!statement.isEmpty()) {
            db.superuser().execute(statement.replaceAll(ADMINISTERED, prefix + "$1"));
          }
        }
      }
      assertEquals(
          3L, db.value("SELECT count(*) FROM pg_roles WHERE rolname LIKE '" + prefix + "%'"));
    } finally {
      db.superuser().execute("DROP DATABASE IF EXISTS " + prefix + "metrics");
      for (String role : List.of("aggregator_2", "aggregator", "grafana")) {
        db.superuser().execute("DROP ROLE IF EXISTS " + prefix + role);
      }
    }
  }

  @EachTier
  void every_command_runs(TestDatabase db) throws Exception {
    List<Documents.Block> blocks = Documents.blocks("sh");
    assertFalse(blocks.isEmpty());
    TestAggregator.start(db).close(); // the schema that commands work on
    for (Documents.Block block : blocks) {
      for (String command : block.commands()) {
        check(block, command.replaceFirst("^sudo ", ""), db);
      }
    }
  }

  private static void check(Documents.Block block, String command, TestDatabase db)
      throws Exception {
    String where = block.document() + ": " + command;
    String program = command.split("\\s", 2)[0];
    Path folder = block.document().toAbsolutePath().getParent();
    if (program.equals("export") || program.startsWith("HARVESTER_")) {
      settingsExist(where, command);
    } else if (program.equals(LAUNCHER)) {
      runs(where, command.substring(LAUNCHER.length()).replaceAll("[<>|&].*", "").strip(), db);
    } else if (program.endsWith(".sh")) {
      scriptTakesOptions(where, program, command);
    } else if (FOREIGN.contains(program)) {
      filesExist(where, command, folder);
      profilesExist(where, command);
    } else if (program.equals("java")) {
      assertTrue(command.contains("-cp"), where + ": the launcher starts the program");
    } else {
      fail(where + ": a command that this test cannot check");
    }
  }

  private static void settingsExist(String where, String command) {
    List<String> known = Arrays.stream(Setting.values()).map(Setting::key).toList();
    Matcher assignment = ASSIGNMENT.matcher(command);
    while (assignment.find()) {
      assertTrue(known.contains(assignment.group(1)), where + ": " + assignment.group(1));
    }
  }

  /** The service itself is not started: its help is, with the same exit code on every machine. */
  private static void runs(String where, String arguments, TestDatabase db) throws Exception {
    String given = arguments.isEmpty() ? "--help" : arguments;
    String query = given.replace("SELECT …", "SELECT 1");
    Outcome outcome = run(db, LAUNCHER + " " + query);
    assertEquals(0, outcome.status(), where + "\n" + outcome.output());
  }

  private static void scriptTakesOptions(String where, String script, String command)
      throws Exception {
    Path file =
        Stream.of(Path.of(script), Path.of("harvester-ansible", script))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseGet(() -> fail(where + ": no such script"));
    Matcher option = OPTION.matcher(command);
    List<String> options = new ArrayList<>();
    while (option.find()) {
      options.add(option.group());
    }
    if (!options.isEmpty()) {
      Outcome help = run(null, file + " --help");
      assertEquals(0, help.status(), where + "\n" + help.output());
      options.forEach(o -> assertTrue(help.output().contains(o), where + ": no option " + o));
    }
  }

  private static void filesExist(String where, String command, Path folder) {
    for (String word : command.split("\\s+", -1)) {
      if (word.endsWith(".yml") && !word.equals("inventory.yml")) {
        assertTrue(Files.exists(folder.resolve(word)), where + ": no file " + word);
      }
    }
  }

  private static void profilesExist(String where, String command) throws IOException {
    Matcher profile = PROFILE.matcher(command);
    while (profile.find()) {
      String id = "<id>" + profile.group(1) + "</id>";
      assertTrue(Files.readString(Path.of("pom.xml")).contains(id), where + ": no such profile");
    }
  }

  private record Outcome(int status, String output) {}

  private static Outcome run(TestDatabase db, String command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("HARVESTER_"));
    if (db != null) {
      builder.environment().put("HARVESTER_DATABASE_URL", db.url());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), command);
    return new Outcome(process.exitValue(), output);
  }
}
