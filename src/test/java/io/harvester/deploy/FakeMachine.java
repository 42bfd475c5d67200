// SPDX-License-Identifier: Apache-2.0
package io.harvester.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.harvester.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A checkout with the scripts of {@code deploy}, and a PATH on which the programs that they install
 * are absent, or fakes.
 */
final class FakeMachine {
  /** What the scripts need and do not install. */
  private static final String[] SYSTEM =
      ("bash cat cp cut date dirname env find grep head id mkdir mktemp od readlink realpath rm sed"
              + " sleep sort tail touch tr uniq wc chmod")
          .split(" ");

  private final Path root;
  private final Path bin;

  /** A script that ended, and what it printed. */
  record Ended(int status, String output) {}

  /** Builds the checkout in an empty folder; the jar is older than the sources. */
  FakeMachine(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("checkout"));
    bin = Files.createDirectories(folder.resolve("bin"));
    for (String sources : List.of("proto", "sql", "src/main", "deploy/lib", "target")) {
      Files.createDirectories(root.resolve(sources));
    }
    for (String scripts : List.of("deploy", "deploy/lib")) {
      try (Stream<Path> files = Files.list(Path.of(scripts))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".sh")).toList()) {
          Files.copy(file, root.resolve(file));
        }
      }
    }
    for (String program : SYSTEM) {
      fake(program, "exec /usr/bin/" + program + " \"$@\"");
    }
    Files.createFile(root.resolve("pom.xml"));
    user(1000);
    maven("");
  }

  /** Makes the jar newer than its sources. */
  FakeMachine built() throws IOException {
    Files.createFile(root.resolve("target/harvester-aggregator.jar"));
    return this;
  }

  /** A file of the checkout. */
  Path file(String name) {
    return root.resolve(name);
  }

  /** Puts a script on the PATH. {@code $ROOT} is the checkout, {@code $BIN} the folder of fakes. */
  FakeMachine fake(String program, String script) throws IOException {
    return script(bin.resolve(program), script);
  }

  /** Puts a script into the checkout. */
  FakeMachine fakeFile(String name, String script) throws IOException {
    return script(root.resolve(name), script);
  }

  private FakeMachine script(Path file, String script) throws IOException {
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/bash\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return this;
  }

  /**
   * A Maven that runs a script as its build, and ends with an escape code, as the real one does.
   */
  FakeMachine maven(String build) throws IOException {
    return fake(
        "mvn",
        """
        reset() { [[ ${MAVEN_OPTS:-} == *-Djansi.noreset=true* ]] || printf '\033[0m' >&2; }
        trap reset EXIT
        if [ "$2" = -v ]; then
          echo 'Apache Maven 3.9.9 (x)'
        else
        """
            + build
            + "\n:\nfi");
  }

  /** Whom the scripts run as: 0 is root. There is no sudo. */
  FakeMachine user(int uid) throws IOException {
    return fake("id", "[ \"$1\" = -u ] && echo " + uid + " || echo somebody");
  }

  /** Starts a script of the checkout; its output goes to a file. */
  Process start(Map<String, String> environment, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.set(0, root.resolve(command[0]).toString());
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve("output").toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(HARVESTER|MAVEN)_.*"));
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("ROOT", root.toString());
    builder.environment().put("BIN", bin.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CLASSES", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** What the script that was started last has printed so far. */
  String output() throws IOException {
    return Files.readString(root.resolve("output"), UTF_8);
  }

  /** Waits until the script has printed a text. */
  void awaitOutput(Process script, String text) throws Exception {
    Eventually.until("prints " + text, () -> output().contains(text) || !script.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError("ended without " + text + ":\n" + output());
    }
  }

  /** Runs a script to its end, which must come within 30 s. */
  Ended run(Map<String, String> environment, String... command) throws Exception {
    Process script = start(environment, command);
    if (!script.waitFor(30, TimeUnit.SECONDS)) {
      stop(script);
      throw new AssertionError("does not end:\n" + output());
    }
    return new Ended(script.exitValue(), output());
  }

  /** Asks a script to end, and returns its status. */
  Ended stop(Process script) throws Exception {
    script.destroy();
    if (!script.waitFor(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS)) {
      script.destroyForcibly();
      throw new AssertionError("does not stop:\n" + output());
    }
    return new Ended(script.exitValue(), output());
  }
}
