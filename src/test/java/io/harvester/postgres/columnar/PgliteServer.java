// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.columnar;

import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.pg.Jdbc;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** TimescaleDB's community edition in WebAssembly: one connection at a time, no COPY. */
final class PgliteServer implements AutoCloseable {
  private static final Path FOLDER = Path.of("src/test/pglite");

  private final Process process;
  private final Jdbc jdbc;

  private PgliteServer(Process process, int port) {
    this.process = process;
    this.jdbc =
        new Jdbc(
            DatabaseUrl.parse(
                "postgresql://postgres:any@127.0.0.1:"
                    + port
                    // Its socket server fails on a statement that arrives in two pieces.
                    + "/postgres?sslmode=disable&prepareThreshold=0&maxSendBufferSize=65536"),
            Duration.ofSeconds(60));
  }

  /** The reason why it cannot run on this machine; empty if it can. */
  static String whyNot() {
    return Files.isDirectory(FOLDER.resolve("node_modules"))
        ? ""
        : FOLDER + "/node_modules is absent: npm ci --prefix " + FOLDER;
  }

  static PgliteServer start() throws IOException {
    Process process =
        new ProcessBuilder("node", "server.mjs")
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith("port ")) {
      process.destroy();
      throw new IOException("no server: " + line);
    }
    return new PgliteServer(process, Integer.parseInt(line.substring(5)));
  }

  Jdbc jdbc() {
    return jdbc;
  }

  /**
   * Runs the migrations of these folders of {@code sql} in Flyway's order: the versioned ones, then
   * the repeatable ones by description.
   */
  void migrate(String... folders) throws SQLException, IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> list = Files.list(Path.of("sql", folder))) {
        list.forEach(files::add);
      }
    }
    files.sort(
        Comparator.comparingInt(PgliteServer::version)
            .thenComparing(file -> file.getFileName().toString()));
    for (String schema :
        List.of(
            "harvester",
            "metric",
            "metric_histogram",
            "metric_exemplar",
            "metric_5m",
            "metric_1h",
            "prom",
            "fleet")) {
      execute("CREATE SCHEMA " + schema); // as class Migrations does
    }
    for (Path file : files) {
      String sql =
          Files.readString(file)
              .replace("${chunk_interval}", "7200 seconds")
              .replace("${partition_by_time}", "");
      try {
        execute(sql);
      } catch (SQLException e) {
        throw new SQLException(file + ": " + e.getMessage(), e.getSQLState(), e);
      }
    }
  }

  private static int version(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("V")
        ? Integer.parseInt(name.substring(1, name.indexOf("__")))
        : Integer.MAX_VALUE;
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = jdbc.open("test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Object value(String sql) throws SQLException {
    try (Connection connection = jdbc.open("test");
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? row.getObject(1) : null;
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
