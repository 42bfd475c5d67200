// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code deploy/harvester} runs: a script in the place of java prints its arguments. */
class LauncherTest {
  private static final List<String> TUNING =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseSerialGC",
          "-XX:InlineSmallCode=600",
          "-XX:FreqInlineSize=80");

  @TempDir Path root;
  private Path jar;

  private record Outcome(int status, String output) {
    List<String> lines() {
      assertEquals(0, status, output);
      return output.lines().toList();
    }

    void mustRefuse(String... fragments) {
      assertEquals(1, status, output);
      assertTrue(output.startsWith("harvester: "), output);
      assertEquals(1, output.lines().count(), output);
      for (String fragment : fragments) {
        assertTrue(output.contains(fragment), output);
      }
    }
  }

  @BeforeEach
  void install() throws Exception {
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("deploy/harvester"), root.resolve("bin/harvester"));
    jar = root.resolve("lib/harvester-aggregator.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    java("17.0.15");
  }

  private void java(String version) throws Exception {
    Path java = root.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "$1" = -version ]; then
          echo 'Picked up JAVA_TOOL_OPTIONS: x' >&2
          echo 'openjdk version "%s" 2025-04-15' >&2
          exit
        fi
        printf '%%s\\n' "$@"
        env | grep '^HARVESTER_'
        exit "${STATUS:-0}"
        """
            .formatted(version));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve("bin/harvester").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(HARVESTER|JAVA|JDK)_.*"));
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void options_stand_before_the_jar_and_arguments_after_it() throws Exception {
    List<String> expected = new ArrayList<>(List.of("-Dharvester.launcher=true"));
    expected.addAll(TUNING);
    expected.addAll(List.of("-jar", jar.toString(), "sql", "SELECT *  FROM t", "--help"));
    assertEquals(expected, run(Map.of(), "sql", "SELECT *  FROM t", "--help").lines());
  }

  @Test
  void given_options_come_last_and_so_override() throws Exception {
    List<String> lines =
        run(Map.of("HARVESTER_JAVA_OPTS", "-Xmx512m -XX:InlineSmallCode=2000 -Dx=*")).lines();
    int tuning = lines.indexOf("-XX:InlineSmallCode=600");
    assertTrue(tuning > 0, lines.toString());
    assertEquals(
        List.of("-Xmx512m", "-XX:InlineSmallCode=2000", "-Dx=*", "-jar"),
        lines.subList(lines.indexOf("-Xmx512m"), lines.indexOf("-jar") + 1));
    assertTrue(tuning < lines.indexOf("-Xmx512m"), lines.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseZGC", "-XX:+UseSerialGC", "@java.options"})
  void a_chosen_collector_replaces_the_tuning(String option) throws Exception {
    for (String variable :
        List.of("HARVESTER_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      List<String> lines = run(Map.of(variable, "-Xss1m " + option)).lines();
      assertFalse(lines.contains("-XX:InlineSmallCode=600"), lines.toString());
      assertEquals(
          variable.startsWith("HARVESTER") && option.equals("-XX:+UseSerialGC"),
          lines.contains("-XX:+UseSerialGC"),
          lines.toString());
      assertTrue(lines.contains("-Dharvester.launcher=true"), lines.toString());
    }
  }

  @Test
  void other_options_and_arguments_choose_no_collector() throws Exception {
    Map<String, String> options =
        Map.of("HARVESTER_JAVA_OPTS", "-XX:+UseGCOverheadLimit -Dmail=a@b");
    assertTrue(run(options, "-XX:+UseG1GC", "@x").lines().containsAll(TUNING));
  }

  @Test
  void the_program_sees_settings_but_not_the_launcher_s_variables() throws Exception {
    Path other = Files.createFile(root.resolve("other.jar"));
    List<String> lines =
        run(Map.of(
                "HARVESTER_JAR", other.toString(),
                "HARVESTER_JAVA_OPTS", "-Xmx1g",
                "HARVESTER_LISTEN", "127.0.0.1:1"))
            .lines();
    assertEquals(other.toString(), lines.get(lines.indexOf("-jar") + 1));
    assertEquals(
        List.of("HARVESTER_LISTEN=127.0.0.1:1"),
        lines.stream().filter(line -> line.startsWith("HARVESTER_")).toList());
  }

  @Test
  void the_jar_of_the_repository_is_found_through_a_link() throws Exception {
    Files.delete(jar);
    Path built = root.resolve("target/harvester-aggregator.jar");
    Files.createDirectories(built.getParent());
    Files.createFile(built);
    Files.move(root.resolve("bin"), root.resolve("deploy"));
    Path bin = Files.createDirectories(root.resolve("elsewhere/bin"));
    Files.createSymbolicLink(bin.resolve("harvester"), root.resolve("deploy/harvester"));
    Files.createSymbolicLink(root.resolve("bin"), bin);
    List<String> lines = run(Map.of()).lines();
    assertEquals(built.toRealPath().toString(), lines.get(lines.indexOf("-jar") + 1));
  }

  @Test
  void the_exit_status_of_the_program_is_that_of_the_launcher() throws Exception {
    assertEquals(3, run(Map.of("STATUS", "3")).status());
  }

  @Test
  void a_missing_jar_is_refused() throws Exception {
    run(Map.of("HARVESTER_JAR", "/no/such.jar")).mustRefuse("HARVESTER_JAR", "/no/such.jar");
    Files.delete(jar);
    run(Map.of()).mustRefuse("no harvester-aggregator.jar in ", "/lib", "HARVESTER_JAR");
  }

  @Test
  void a_missing_java_is_refused() throws Exception {
    run(Map.of("JAVA_HOME", "/no/jdk")).mustRefuse("JAVA_HOME is /no/jdk", "17 or newer");
    Path sh = Files.createDirectories(root.resolve("path")).resolve("sh");
    Files.createSymbolicLink(sh, Path.of("/bin/sh"));
    run(Map.of("JAVA_HOME", "", "PATH", sh.getParent().toString()))
        .mustRefuse("no java on the PATH", "default-jre-headless", "JAVA_HOME");
  }

  @ParameterizedTest
  @CsvSource({"1.8.0_402, 8", "11.0.22, 11", "16, 16"})
  void an_older_java_is_refused(String version, String release) throws Exception {
    java(version);
    run(Map.of()).mustRefuse("is Java " + release + ":", "Java 17 or newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "21.0.2", "26-ea"})
  void a_newer_java_is_taken(String version) throws Exception {
    java(version);
    assertTrue(run(Map.of()).lines().containsAll(TUNING));
  }
}
