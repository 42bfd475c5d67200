// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Eventually;
import io.harvester.testing.TestDatabase;
import io.harvester.testing.TestSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The jar in its own process, with a small heap, started by the launcher as operators do. */
final class JarProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "harvester-aggregator.jar");
  private static final Path LAUNCHER = Path.of("deploy", "harvester");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
  private static final Pattern SOCKET_CHANNELS =
      Pattern.compile("(?m)^ *\\d+: +(\\d+) .* io\\.netty\\.channel\\.\\S+\\.\\w+SocketChannel$");

  private final Process process;
  private final Path log;
  private final int port;
  private final TestSender sender;

  private JarProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.sender = new TestSender(port);
  }

  /** The launcher, to be run in a folder, without settings from the environment. */
  static ProcessBuilder builder(Path folder, String... arguments) {
    ProcessBuilder builder =
        builder(folder, List.of(LAUNCHER.toAbsolutePath().toString()), arguments);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HARVESTER_JAVA_OPTS", "-Xmx256m");
    return builder;
  }

  /** The same by {@code java -jar}. */
  static ProcessBuilder withoutLauncher(Path folder, String... arguments) {
    return builder(
        folder, List.of(program("java"), "-jar", JAR.toAbsolutePath().toString()), arguments);
  }

  private static ProcessBuilder builder(Path folder, List<String> program, String... arguments) {
    assertTrue(Files.exists(JAR), "mvn package makes " + JAR);
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HARVESTER_"));
    return builder.redirectErrorStream(true);
  }

  private static String program(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** Starts it and returns when it is ready; further settings as on the command line. */
  static JarProcess start(Path folder, TestDatabase db, String... settings) throws Exception {
    int port = TestAggregator.freePort();
    List<String> all =
        new ArrayList<>(
            List.of("--listen=127.0.0.1:" + port, "--database-url=" + db.url(), "--warmup=0s"));
    all.removeIf(setting -> given(setting, settings));
    all.addAll(List.of(settings));
    Path log = Files.createTempFile(folder, "aggregator", ".log");
    ProcessBuilder builder = builder(folder, all.toArray(String[]::new));
    JarProcess started = new JarProcess(builder.redirectOutput(log.toFile()).start(), log, port);
    try {
      Eventually.until("ready", started::isReady);
    } catch (Throwable e) {
      started.close();
      throw e;
    }
    return started;
  }

  private static boolean given(String setting, String... settings) {
    String name = setting.substring(0, setting.indexOf('=') + 1);
    return Arrays.stream(settings).anyMatch(given -> given.startsWith(name));
  }

  private boolean isReady() {
    try {
      return sender.get("/-/ready").status() == 200;
    } catch (IllegalStateException e) {
      return false; // it does not listen yet
    }
  }

  Process process() {
    return process;
  }

  int port() {
    return port;
  }

  TestSender sender() {
    return sender;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** The program and its arguments, as the system knows them. */
  List<String> command() throws IOException {
    return List.of(Files.readString(proc("cmdline")).split("\0"));
  }

  /** Number of open files, sockets among them. */
  long files() throws IOException {
    try (Stream<Path> open = Files.list(proc("fd"))) {
      return open.count();
    }
  }

  /** The most memory it has had so far, in MiB. */
  long peakMiB() throws IOException {
    Matcher peak = PEAK.matcher(Files.readString(proc("status")));
    assertTrue(peak.find());
    return Long.parseLong(peak.group(1)) / 1024;
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  /** Sockets that its memory still holds after a full garbage collection, listening ones too. */
  long sockets() throws IOException {
    Process jcmd =
        new ProcessBuilder(program("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    assertTrue(histogram.contains("java.lang.String"), histogram);
    return SOCKET_CHANNELS
        .matcher(histogram)
        .results()
        .mapToLong(line -> Long.parseLong(line.group(1)))
        .sum();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
