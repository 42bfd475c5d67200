// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.config.Setting;
import io.harvester.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments, help texts and exit statuses of every command, without a database. */
class CliTest {
  /** What the service returns in these tests. */
  private static final int SERVED = 42;

  @TempDir private Path folder;
  private final List<Settings> served = new ArrayList<>();

  /** A command that ended: exit status, standard output and standard error. */
  private record Ended(int status, String out, String err) {
    void mustBeUsageError(String message, String command) {
      assertEquals(
          new Ended(
              Cli.USAGE,
              "",
              "harvester-aggregator: "
                  + message
                  + "\nTry '"
                  + command
                  + " --help' for more information."),
          this);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "sql",
        "node",
        "node add",
        "node list",
        "node rotate",
        "node revoke",
        "node disable",
        "node enable",
        "node limit",
        "node remove",
        "node enrol-key",
        "backup",
        "restore",
        "migrate",
        "user",
        "user add",
        "user list",
        "user password",
        "user disable",
        "user enable",
        "user remove",
        "help",
        "version",
        "generate-config",
        "generate-completion"
      })
  void every_command_prints_its_help(String command) {
    String name = ("harvester-aggregator " + command).strip();
    for (String arguments : List.of(command + " --help", command + " -h", "help " + command)) {
      Ended help = run(arguments.strip().split(" "));
      assertEquals(Cli.OK, help.status(), help::toString);
      assertTrue(help.out().startsWith("Usage: " + name + " [OPTIONS]"), help::toString);
      assertTrue(help.out().contains("Exit status:"), help::toString);
      assertEquals("", help.err());
    }
    assertTrue(served.isEmpty());
  }

  @Test
  void a_password_file_of_the_target_that_cannot_be_read_is_named() {
    Ended ended =
        run("migrate", "--to=postgresql://u@h/d", "--to-password-file=" + folder.resolve("none"));
    assertEquals(Cli.FAILED, ended.status(), ended::toString);
    assertTrue(ended.err().contains("--to-password-file cannot be read: "), ended::toString);
  }

  @Test
  void help_lists_every_setting() {
    String help = run("--help").out();
    for (Setting setting : Setting.values()) {
      assertTrue(help.contains(setting.flag()), help);
      assertTrue(help.contains(setting.key()), help);
    }
    assertFalse(help.contains("%%"), help);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V", "version"})
  void the_version_is_one_line(String argument) {
    Ended ended = run(argument);
    assertEquals(Cli.OK, ended.status());
    assertTrue(ended.out().matches("harvester-aggregator \\d\\S*"), ended::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--writers=3",
        "run --writers=3",
        "--writers 3 run",
        "--writers 2 run --writers 3"
      })
  void the_service_is_the_default_command(String arguments) {
    assertEquals(SERVED, run(arguments.split(" ")).status());
    assertEquals(3, served.get(0).capacity().writers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--insecure-without-authentication --listen=:0",
        "--listen=:0 --insecure-without-authentication",
        "--listen=:0 --insecure-without-authentication run",
        "--listen=:0 --insecure-without-authentication=yes run"
      })
  void a_switch_takes_a_value_only_after_an_equals_sign(String arguments) {
    assertEquals(SERVED, run(arguments.split(" ")).status());
    assertFalse(served.get(0).security().authenticationRequired());
  }

  @Test
  void a_value_may_be_the_name_of_a_command() {
    assertEquals(SERVED, run("--node-label", "node", "--default-node=run").status());
    assertEquals("node", served.get(0).nodeLabel());
    assertEquals("run", served.get(0).defaultNode());
  }

  @Test
  void the_last_of_equal_options_counts() {
    run("--writers=2", "--writers=3");
    assertEquals(3, served.get(0).capacity().writers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nod list | '' | unknown command nod (did you mean node?)",
        "--lisen x | '' | unknown option --lisen (did you mean --listen?)",
        "-x | '' | unknown option -x (--help lists all names)",
        "--listen --writers=3 | '' | --listen needs a value",
        "@file | '' | unknown command @file (--help lists all names)",
        "run extra | run | unexpected argument extra",
        "sql | sql | STATEMENT is missing",
        "sql a b | sql | unexpected argument b",
        "sql ; | sql | STATEMENT is empty",
        "sql /**/;--; | sql | STATEMENT is empty",
        "sql SELECT;DELETE | sql | STATEMENT must be one statement, not 2",
        "sql a --writers 3 | sql | unknown option --writers (did you mean --write?)",
        "node lst | node | unknown command lst (did you mean list?)",
        "node add | node add | NAME is missing",
        "node add * | node add | 'NAME is not a node name: * (1 to 63 letters, digits, dots, dashes"
            + " and underscores, the first a letter or digit)'",
        "node add a --may-write | node add | --may-write needs a value",
        "node list extra | node list | unexpected argument extra",
        "node enrol-key --uses 0 | node enrol-key | --uses must be from 1 to 100000, not 0",
        "node enrol-key --expires 0 | node enrol-key | '--expires must be from 1ms to 365d, not 0'",
        "node enrol-key --nodes * --nodes *a | node enrol-key | '--nodes is not a node name, nor a"
            + " prefix followed by *: *a'",
        "node limit a --max-samples-per-second x | node limit | --max-samples-per-second is not a"
            + " number: x",
        "help nod | help | unknown command nod (did you mean node?)",
      })
  void a_usage_error_is_explained(String arguments, String command, String message) {
    Ended ended = run(arguments.split(" "));
    ended.mustBeUsageError(message, ("harvester-aggregator " + command).strip());
    assertTrue(served.isEmpty());
  }

  @Test
  void semicolons_in_one_statement_are_counted_as_the_server_does() {
    for (String one :
        List.of(
            "SELECT ';' /* ; */;",
            "DO $$ BEGIN PERFORM 1; END $$",
            "SELECT \";\" -- ;",
            "SELECT 1; -- the end",
            "/* a */ SELECT 1 - 2 / 3; /* b; c */ ; -- d",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END")) {
      assertEquals(Cli.FAILED, run("sql", one, "--data-dir=" + folder).status(), one);
    }
    for (String two : List.of("SELECT 1; COMMIT", "SELECT '\\'; COMMIT; --'", "COMMIT;;DELETE")) {
      run("sql", two)
          .mustBeUsageError("STATEMENT must be one statement, not 2", "harvester-aggregator sql");
    }
  }

  @Test
  void all_problems_are_reported_at_once() {
    Ended ended = run("node", "add", "a/b", "--mistake", "3", "--data-dir");
    ended.mustBeUsageError(
        "NAME is not a node name: a/b (1 to 63 letters, digits, dots, dashes and underscores, the"
            + " first a letter or digit); --data-dir needs a value; unknown option --mistake"
            + " (--help lists all names)",
        "harvester-aggregator node add");
  }

  @Test
  void a_group_needs_a_command() {
    run("node")
        .mustBeUsageError(
            "node needs a command: add, list, rotate, revoke, disable, enable, limit, tag, untag,"
                + " remove, enrol-key",
            "harvester-aggregator node");
  }

  @Test
  void a_failure_is_one_line() {
    Ended ended = run("--data-dir=" + folder, "node", "list");
    assertEquals(Cli.FAILED, ended.status());
    assertEquals(
        "harvester-aggregator: the embedded database does not run: cannot read "
            + folder.resolve("url")
            + "; start the aggregator, or set HARVESTER_DATABASE_URL or HARVESTER_DATA_DIR",
        ended.err());
  }

  @Test
  void bash_completes_commands_and_options() throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, run("generate-completion").out() + "\n");
    String complete = "; _complete_harvester-aggregator; echo \"${COMPREPLY[@]}\"";
    assertEquals(
        "rotate",
        bash(script, "COMP_WORDS=(harvester-aggregator node ro); COMP_CWORD=2" + complete));
    assertEquals(
        "--max-series-per-node --max-samples-per-second",
        bash(script, "COMP_WORDS=(harvester-aggregator --max-s); COMP_CWORD=1" + complete));
    for (String program : List.of("harvester", "harvester-aggregator")) {
      String registered = bash(script, "complete -p " + program);
      assertTrue(registered.endsWith("-F _complete_harvester-aggregator " + program), registered);
    }
  }

  private static String bash(Path script, String command) throws IOException, InterruptedException {
    Process bash =
        new ProcessBuilder("bash", "-c", "source " + script + "; " + command)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // no terminal: compopt complains
            .start();
    String out = new String(bash.getInputStream().readAllBytes(), UTF_8).strip();
    assertTrue(bash.waitFor(10, TimeUnit.SECONDS));
    return out;
  }

  private Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Cli.Service service =
        settings -> {
          served.add(settings);
          return SERVED;
        };
    Cli cli =
        new Cli(
            service,
            Map.of(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    int status = cli.run(List.of(arguments));
    return new Ended(status, out.toString(UTF_8).strip(), err.toString(UTF_8).strip());
  }
}
