// SPDX-License-Identifier: Apache-2.0
package io.harvester.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/test.sh} with a fake of Maven. */
class TestScriptTest {
  private static final Map<String, String> SERVER =
      Map.of("HARVESTER_TEST_TIMESCALE_URL", "postgresql://x@127.0.0.1/x");

  /** As Failsafe writes them. */
  private static final String REPORT =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="AIT" tests="5" errors="0" skipped="4" failures="0">
        <testcase name="a{TestDatabase}[1]" classname="AIT" time="0">
          <skipped message="no server for the columnar tier: no Docker"/>
        </testcase>
        <testcase name="a{TestDatabase}[2]" classname="AIT" time="0.1"/>
        <testcase name="b{TestDatabase}[1]" classname="AIT" time="0">
          <skipped message="no server for the columnar tier: no Docker"/>
        </testcase>
        <testcase name="c" classname="AIT" time="0">
          <skipped message="Assumption failed: needs &lt;root&gt;, &quot;really&quot;&#10;&amp; more" type="org.opentest4j.TestAbortedException"><![CDATA[at …]]></skipped>
        </testcase>
        <testcase name="d" classname="AIT" time="0">
          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no x
              at …]]></skipped>
        </testcase>
      </testsuite>
      """;

  private static final String BLOCK =
      """
      [INFO] BUILD %s
      → 4 of 5 tests were skipped:
            2 no server for the columnar tier: no Docker
            1 no x
            1 needs <root>, "really" & more
      """;

  @TempDir private Path folder;
  private FakeMachine machine;

  @BeforeEach
  void install() throws IOException {
    machine = new FakeMachine(folder);
    Files.writeString(machine.file("report"), REPORT);
    Path old = machine.file("target/failsafe-reports/TEST-Old.xml");
    Files.createDirectories(old.getParent());
    Files.writeString(old, REPORT.replace("no Docker", "of an earlier run"));
    Files.setLastModifiedTime(old, FileTime.fromMillis(System.currentTimeMillis() - 60_000));
    maven("SUCCESS", 0);
  }

  private void maven(String result, int status) throws IOException {
    machine.maven(
        """
        sleep 0.1
        cp "$ROOT/report" "$ROOT/target/failsafe-reports/TEST-AIT.xml"
        echo '[INFO] BUILD %s'
        exit %d\
        """
            .formatted(result, status));
  }

  private void npmPackagesAreThere() throws IOException {
    Files.createDirectories(machine.file("src/test/pglite/node_modules"));
    Files.createDirectories(machine.file("deploy/grafana/node_modules"));
  }

  @Test
  void what_was_skipped_and_why_stands_at_the_end() throws Exception {
    npmPackagesAreThere();
    FakeMachine.Ended ended = machine.run(SERVER, "deploy/test.sh");
    assertEquals(new FakeMachine.Ended(0, BLOCK.formatted("SUCCESS")), ended);
  }

  @Test
  void a_failed_run_says_so_too_and_keeps_its_status() throws Exception {
    npmPackagesAreThere();
    maven("FAILURE", 3);
    FakeMachine.Ended ended = machine.run(SERVER, "deploy/test.sh");
    assertEquals(new FakeMachine.Ended(3, BLOCK.formatted("FAILURE")), ended);
  }

  @Test
  void nothing_skipped_is_said_too() throws Exception {
    npmPackagesAreThere();
    Files.writeString(
        machine.file("report"), "<testsuite><testcase name='a'/><testcase name='b'/></testsuite>");
    FakeMachine.Ended ended = machine.run(SERVER, "deploy/test.sh");
    assertTrue(ended.output().endsWith("→ all 2 tests ran\n"), ended::output);
  }

  @Test
  void npm_is_installed_where_it_is_missing() throws Exception {
    machine.user(0);
    machine.fake("dpkg-query", "exit 1");
    machine.fake("node", "echo 18");
    machine.fake(
        "apt-get",
        """
        [[ "$*" != *install*npm ]] || { cp "$BIN/fake-npm" "$BIN/npm"; }
        """);
    machine.fake("fake-npm", "echo npm \"$@\" >>\"$ROOT/npm\"");
    FakeMachine.Ended ended = machine.run(SERVER, "deploy/test.sh");
    assertEquals(0, ended.status(), ended::output);
    String npm = Files.readString(machine.file("npm"));
    assertTrue(
        npm.matches("npm ci .*--prefix src/test/pglite\\nnpm ci .*--prefix deploy/grafana\\n"),
        npm);
  }

  @Test
  void without_root_the_package_is_named_and_the_tests_run() throws Exception {
    FakeMachine.Ended ended = machine.run(SERVER, "deploy/test.sh");
    assertEquals(0, ended.status(), ended::output);
    assertTrue(ended.output().contains("the package npm is missing"), ended::output);
    assertTrue(ended.output().endsWith(BLOCK.formatted("SUCCESS")), ended::output);
    assertFalse(Files.exists(machine.file("npm")));
  }
}
