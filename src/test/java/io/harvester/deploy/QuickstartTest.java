// SPDX-License-Identifier: Apache-2.0
package io.harvester.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/quickstart.sh} with fakes of everything that it starts. */
class QuickstartTest {
  private static final Map<String, String> QUICK =
      Map.of("HARVESTER_TEST_DEMO_TIMEOUT", "4", "HARVESTER_TEST_REPORT_EVERY", "1");

  /** Rows of an earlier run are there for every query that does not ask for this run's. */
  private static final String AGGREGATOR =
      """
      if [ "$1" != sql ]; then
        exec "$JAVA_HOME/bin/java" -cp "$CLASSES" io.harvester.deploy.ReadyServer "$@"
      elif [[ $2 == *'time >= to_timestamp('* ]]; then
        cat "$ROOT/rows"
      else
        echo '2026-01-01 00:00:00+00 | demo | an old row'
      fi
      """;

  private static final String PROGRAM =
      """
      [ "$1" != --version ] || exit 0
      echo "$0" >>"$ROOT/started"
      echo $$ >>"$ROOT/pids"
      [ ! -e "$ROOT/complaint" ] || cat "$ROOT/complaint"
      exec sleep 120
      """;

  @TempDir private Path folder;
  private FakeMachine machine;

  @BeforeEach
  void install() throws IOException {
    machine = new FakeMachine(folder).fakeFile("deploy/harvester", AGGREGATOR);
    Files.writeString(machine.file("rows"), "now | demo | a new row\n");
  }

  private void programsOnThePath() throws IOException {
    machine.fake("prometheus", PROGRAM).fake("node_exporter", PROGRAM);
    machine.fake("apt-get", "echo apt-get \"$@\" >>\"$ROOT/installed\"");
  }

  @Test
  void the_demo_shows_rows_of_this_run_from_programs_on_the_path() throws Exception {
    machine.built();
    programsOnThePath();
    Process script = machine.start(QUICK, "deploy/quickstart.sh", "--demo");
    machine.awaitOutput(script, "Ctrl-C stops everything");
    FakeMachine.Ended stopped = machine.stop(script);
    assertEquals(0, stopped.status(), stopped::output);
    assertTrue(stopped.output().contains("a new row"), stopped::output);
    assertTrue(stopped.output().contains("{\"query=node_load1\"}"), stopped::output);
    assertFalse(Files.exists(machine.file("installed")));
    assertEquals(2, Files.readAllLines(machine.file("pids")).size());
    for (String pid : Files.readAllLines(machine.file("pids"))) {
      Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid));
      assertFalse(process.isPresent() && process.get().isAlive(), "ended with the script");
    }
  }

  @Test
  void rows_of_an_earlier_run_are_no_success() throws Exception {
    machine.built();
    programsOnThePath();
    Files.writeString(machine.file("rows"), "(0 rows)\n");
    Files.writeString(
        machine.file("complaint"), "level=error msg=\"server returned HTTP status 401\"\n");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh", "--demo");
    assertEquals(1, ended.status(), ended::output);
    assertFalse(ended.output().contains("old row"), ended::output);
    assertTrue(
        ended.output().contains("prometheus: level=error msg=\"server returned HTTP status 401"));
    assertTrue(ended.output().contains("no sample of this run has arrived within 4 s"));
  }

  @Test
  void a_program_that_ends_is_reported_at_once() throws Exception {
    machine.built();
    programsOnThePath();
    Files.writeString(machine.file("rows"), "(0 rows)\n");
    machine.fake(
        "prometheus", "[ \"$1\" = --version ] || { echo 'Error: unknown flag' >&2; exit 2; }");
    FakeMachine.Ended ended =
        machine.run(Map.of("HARVESTER_TEST_DEMO_TIMEOUT", "600"), "deploy/quickstart.sh", "--demo");
    assertEquals(1, ended.status(), ended::output);
    assertTrue(ended.output().contains("prometheus: Error: unknown flag"), ended::output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9201", ":9201", "lab.example:9201", "[::1]:9201"})
  void the_demo_listens_on_loopback_only(String address) throws Exception {
    machine.built();
    programsOnThePath();
    FakeMachine.Ended ended =
        machine.run(Map.of("HARVESTER_LISTEN", address), "deploy/quickstart.sh", "--demo");
    assertEquals(1, ended.status(), ended::output);
    assertTrue(ended.output().contains("unset HARVESTER_LISTEN"), ended::output);
  }

  /** As the real ones do: a package is found only in package lists. */
  private void debian(boolean hasLists) throws IOException {
    machine.fake(
        "apt-get",
        """
        echo apt-get "$@" >>"$ROOT/installed"
        case "$*" in
          *Dir::State::Lists=*' update') touch "$ROOT/lists" ;;
          *' download '*) [ -e "$ROOT/lists" ] && touch "${*: -1}_1_amd64.deb" ;;
          *) exit 100 ;;
        esac
        """);
    machine.fake(
        "dpkg",
        "mkdir -p usr/bin && name=usr/bin/${2%%_*} && cp \"$ROOT/program\" $name && chmod 755"
            + " $name");
    Files.writeString(machine.file("program"), "#!/bin/bash\n" + PROGRAM);
    if (hasLists) {
      Files.createFile(machine.file("lists"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void without_root_debians_programs_are_unpacked(boolean hasLists) throws Exception {
    machine.built();
    debian(hasLists);
    Process script = machine.start(QUICK, "deploy/quickstart.sh", "--demo");
    machine.awaitOutput(script, "Ctrl-C stops everything");
    assertEquals(0, machine.stop(script).status());
    String started = Files.readString(machine.file("started"));
    assertTrue(started.contains("target/demo/usr/bin/prometheus\n"), started);
    assertTrue(started.contains("target/demo/usr/bin/prometheus-node-exporter\n"), started);
    assertFalse(Files.readString(machine.file("installed")).contains("install"));
  }

  @Test
  void advice_names_the_package() throws Exception {
    machine.built();
    machine.fake("apt-get", "echo 'E: no network'; exit 100");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh", "--demo");
    assertEquals(1, ended.status(), ended::output);
    assertTrue(ended.output().contains("E: no network"), ended::output);
    assertTrue(ended.output().contains("apt-get install prometheus"), ended::output);
    assertTrue(ended.output().contains("put a prometheus on the PATH"), ended::output);
  }

  @Test
  void a_build_gives_signs_of_life_and_no_escape_codes() throws Exception {
    machine.fakeFile("deploy/harvester", "echo runs");
    machine.maven(
        "echo 'Downloaded from central: x'; sleep 3; touch target/harvester-aggregator.jar");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh");
    assertEquals(0, ended.status(), ended::output);
    assertTrue(
        ended.output().matches("(?s).*building: \\d s so far, 1 files downloaded.*"),
        ended::output);
    assertTrue(ended.output().endsWith("runs\n"), ended::output);
    assertFalse(ended.output().contains("\033"), ended::output);
  }

  @Test
  void a_build_that_fails_shows_the_end_of_its_log() throws Exception {
    machine.maven("echo '[ERROR] no such artifact'; exit 1");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh");
    assertEquals(1, ended.status(), ended::output);
    assertTrue(ended.output().contains("[ERROR] no such artifact"), ended::output);
    assertTrue(ended.output().contains("target/build.log"), ended::output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.6.3", "none"})
  void without_root_mvnw_fetches_a_maven_that_is_new_enough(String installed) throws Exception {
    if (installed.equals("none")) {
      Files.delete(folder.resolve("bin/mvn"));
    } else {
      machine.fake("mvn", "echo 'Apache Maven " + installed + " (x)'");
    }
    machine.fakeFile("deploy/harvester", "echo runs");
    machine.fakeFile("mvnw", "echo \"Maven home: $ROOT/maven\"");
    Files.createDirectories(machine.file("maven/bin"));
    machine.fakeFile("maven/bin/mvn", "touch target/harvester-aggregator.jar");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh");
    assertEquals(0, ended.status(), ended::output);
    assertTrue(ended.output().endsWith("runs\n"), ended::output);
  }

  /** A Debian with this release of Node.js in its package sources. */
  private void debianWithNode(String version) throws IOException {
    machine.user(0);
    machine.fake("dpkg-query", "exit 1");
    machine.fake("apt-cache", "echo '  Candidate: " + version + "'");
    machine.fake("apt-get", "echo apt-get \"$@\" >>\"$ROOT/installed\"");
    machine.fakeFile("deploy/harvester", "echo runs");
    machine.maven("touch target/harvester-aggregator.jar");
  }

  @Test
  void npm_is_installed_for_the_page() throws Exception {
    debianWithNode("20.19.2+dfsg-1");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh");
    assertEquals(0, ended.status(), ended::output);
    assertTrue(
        Files.readString(machine.file("installed")).contains("--no-install-recommends npm"),
        ended::output);
    assertFalse(ended.output().contains("no page"), ended::output);
  }

  @Test
  void a_node_that_is_too_old_for_the_page_is_not_installed() throws Exception {
    debianWithNode("18.19.0+dfsg-6");
    FakeMachine.Ended ended = machine.run(QUICK, "deploy/quickstart.sh");
    assertEquals(0, ended.status(), ended::output);
    assertFalse(Files.readString(machine.file("installed")).contains("npm"), ended::output);
    assertTrue(
        ended.output().contains("needs Node.js 20.19, and the package nodejs is 18.19.0"),
        ended::output);
  }
}
