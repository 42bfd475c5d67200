// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.HostPort;
import io.harvester.config.Settings;
import io.harvester.postgres.access.NodeAdmin;
import io.harvester.postgres.access.ReaderAdmin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The subcommands of {@code reader}. */
final class ReaderCommands {
  private ReaderCommands() {}

  static List<AdminCommand> all() {
    return List.of(new Add(), new ListAll(), new Rotate(), new Revoke());
  }

  /** A subcommand that may change a login role. */
  private interface RoleCommand extends AdminCommand {
    @Override
    default DatabaseUrl database(Settings settings) throws CommandException {
      return ConfiguredDatabase.forRoles(settings);
    }
  }

  /** A subcommand that needs only {@link ReaderAdmin}. */
  private interface Action extends RoleCommand {
    void run(ReaderAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException;

    @Override
    default void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      try (ReaderAdmin admin = new ReaderAdmin(database)) {
        run(admin, out);
      }
    }
  }

  private static PositionalParamSpec reader() {
    return Arguments.name("the reader, a person or a program");
  }

  private static void print(Output out, String name, Secret token) {
    out.result(token.reveal(), Map.of("reader", name, "token", token.reveal()));
  }

  /** How the reader connects to the database; its password is its token. */
  private static void printLogin(Output out, String name, Secret token, DatabaseUrl database) {
    Map<String, String> login = new LinkedHashMap<>();
    login.put("host", joined(database, HostPort::host));
    login.put("port", joined(database, host -> Integer.toString(host.port())));
    login.put("database", database.database());
    login.put("user", name);
    login.put("password", token.reveal());
    login.put("psql", psql(name, token, database));
    StringBuilder text = new StringBuilder();
    login.forEach((key, value) -> text.append("%-9s %s%n".formatted(key, value)));
    out.result(text.toString().strip(), login);
  }

  private static String psql(String name, Secret token, DatabaseUrl database) {
    String mode = database.options().get("sslmode");
    return "psql \"postgresql://%s:%s@%s/%s%s\""
        .formatted(
            URLEncoder.encode(name, StandardCharsets.UTF_8),
            token.reveal(),
            database.authority(),
            URLEncoder.encode(database.database(), StandardCharsets.UTF_8),
            mode == null ? "" : "?sslmode=" + mode);
  }

  /** A part of each host, as libpq takes several hosts. */
  private static String joined(DatabaseUrl database, Function<HostPort, String> part) {
    return database.hosts().stream().map(part).collect(Collectors.joining(","));
  }

  private static final class Add implements RoleCommand {
    private final PositionalParamSpec name = reader();
    private final OptionSpec mayRead =
        Arguments.pattern("--may-read")
            .type(List.class)
            .auxiliaryTypes(NodePattern.class)
            .initialValue(List.of(NodePattern.ALL))
            .description(
                "nodes that it may read, as a name or a prefix followed by *; can be repeated;"
                    + " default: all")
            .build();
    private final OptionSpec sql =
        OptionSpec.builder("--sql")
            .type(boolean.class)
            .initialValue(false)
            .description(
                "also create a login role of that name in the database server, which reads all"
                    + " nodes, and print how to connect")
            .build();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "add",
              this,
              "Creates a reader and prints its token, which is also its password. The token cannot"
                  + " be printed again.")
          .addPositional(name)
          .addOption(mayRead)
          .addOption(sql);
    }

    @Override
    public void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      Secret token = Secret.newReaderToken();
      List<NodePattern> patterns = mayRead.getValue();
      boolean login = sql.getValue();
      if (login && !patterns.equals(List.of(NodePattern.ALL))) {
        throw new NodeAdmin.RefusedException(
            "--may-read and --sql exclude each other: a role of the database reads the samples of"
                + " all nodes; without --sql, the reader queries its nodes by PromQL");
      }
      try (ReaderAdmin admin = new ReaderAdmin(database)) {
        admin.add(name.getValue(), token, patterns, login);
      }
      if (login) {
        printLogin(out, name.getValue(), token, database);
      } else {
        print(out, name.getValue(), token);
      }
    }
  }

  private static final class Rotate implements RoleCommand {
    private final PositionalParamSpec name = reader();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "rotate", this, "Prints a new token for a reader. The old one stops working.")
          .addPositional(name);
    }

    @Override
    public void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      Secret token = Secret.newReaderToken();
      boolean login;
      try (ReaderAdmin admin = new ReaderAdmin(database)) {
        login = admin.rotate(name.getValue(), token);
      }
      if (login) {
        printLogin(out, name.getValue(), token, database);
      } else {
        print(out, name.getValue(), token);
      }
    }
  }

  private static final class Revoke implements Action {
    private final PositionalParamSpec name = reader();

    @Override
    public CommandSpec spec() {
      return Program.command("revoke", this, "Removes a reader; its token stops working.")
          .addPositional(name);
    }

    @Override
    public void run(ReaderAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
      String reader = name.getValue();
      admin.revoke(reader);
      out.result("revoked reader " + reader, Map.of("reader", reader));
    }
  }

  private static final class ListAll implements Action {
    private static final List<String> COLUMNS = List.of("reader", "mayRead", "sql", "createdAt");

    @Override
    public CommandSpec spec() {
      return Program.command("list", this, "Lists all readers and the nodes they may read.");
    }

    @Override
    public void run(ReaderAdmin admin, Output out) throws SQLException {
      List<Map<String, ?>> rows = new ArrayList<>();
      for (ReaderAdmin.Listed reader : admin.list()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("reader", reader.name());
        row.put("mayRead", reader.mayRead());
        row.put("sql", reader.sql());
        row.put("createdAt", reader.createdAt().toString());
        rows.add(row);
      }
      out.table(COLUMNS, rows);
    }
  }
}
