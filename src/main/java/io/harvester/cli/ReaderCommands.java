// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.NodeAdmin;
import io.harvester.postgres.access.ReaderAdmin;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The subcommands of {@code reader}. */
final class ReaderCommands {
  private ReaderCommands() {}

  static List<AdminCommand> all() {
    return List.of(new Add(), new ListAll(), new Rotate(), new Revoke());
  }

  /** A subcommand that needs only {@link ReaderAdmin}. */
  private interface Action extends AdminCommand {
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

  private static final class Add implements Action {
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

    @Override
    public CommandSpec spec() {
      return Program.command(
              "add",
              this,
              "Creates a reader and prints its token, which is also its password. The token cannot"
                  + " be printed again.")
          .addPositional(name)
          .addOption(mayRead);
    }

    @Override
    public void run(ReaderAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
      Secret token = Secret.newReaderToken();
      List<NodePattern> patterns = mayRead.getValue();
      admin.add(name.getValue(), token.hash(), patterns);
      print(out, name.getValue(), token);
    }
  }

  private static final class Rotate implements Action {
    private final PositionalParamSpec name = reader();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "rotate", this, "Prints a new token for a reader. The old one stops working.")
          .addPositional(name);
    }

    @Override
    public void run(ReaderAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
      Secret token = Secret.newReaderToken();
      admin.rotate(name.getValue(), token.hash());
      print(out, name.getValue(), token);
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
    private static final List<String> COLUMNS = List.of("reader", "mayRead", "createdAt");

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
        row.put("createdAt", reader.createdAt().toString());
        rows.add(row);
      }
      out.table(COLUMNS, rows);
    }
  }
}
