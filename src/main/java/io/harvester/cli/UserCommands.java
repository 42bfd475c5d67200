// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.account.ActionRefusedException;
import io.harvester.account.Password;
import io.harvester.account.PasswordHash;
import io.harvester.auth.NodePattern;
import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.AccountAdmin;
import io.harvester.postgres.access.NodeAdmin.RefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The subcommands of {@code user}. */
final class UserCommands {
  private UserCommands() {}

  static List<AdminCommand> all() {
    return List.of(
        new Add(),
        new ListAll(),
        new ChangePassword(),
        new SetEnabled(true),
        new SetEnabled(false),
        new Remove());
  }

  /** A subcommand, connected to the database. */
  private interface Action extends AdminCommand {
    void run(AccountAdmin admin, Output out) throws SQLException, RefusedException;

    @Override
    default void run(DatabaseUrl database, Output out) throws SQLException, RefusedException {
      try (AccountAdmin admin = new AccountAdmin(database)) {
        run(admin, out);
      }
    }
  }

  private static PositionalParamSpec user() {
    return Arguments.name("the person");
  }

  private static OptionSpec passwordStdin() {
    return OptionSpec.builder("--password-stdin")
        .type(boolean.class)
        .initialValue(false)
        .description("read the password from the first line of standard input")
        .build();
  }

  /** A password, and whether it is new to the person. */
  private record Chosen(String password, boolean isGenerated) {
    static Chosen of(boolean fromStdin) throws RefusedException {
      return fromStdin ? new Chosen(read(), false) : new Chosen(Password.random(), true);
    }

    private static String read() throws RefusedException {
      try {
        // The input is not closed: it is not this command's own.
        String line =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return Password.chosen(line == null ? "" : line);
      } catch (IOException e) {
        throw new RefusedException("standard input cannot be read: " + e.getMessage());
      } catch (ActionRefusedException e) {
        throw new RefusedException(e.getMessage());
      }
    }

    String hash() {
      return PasswordHash.of(password);
    }

    void print(Output out, String name, String done) {
      if (isGenerated) {
        out.result(password, Map.of("user", name, "password", password));
      } else {
        out.result(done, Map.of("user", name));
      }
    }
  }

  private static final class Add implements Action {
    private final PositionalParamSpec name = user();
    private final OptionSpec isAdmin =
        OptionSpec.builder("--admin")
            .type(boolean.class)
            .initialValue(false)
            .description("may also enrol, rotate, disable and tag nodes, and write notes")
            .build();
    private final OptionSpec mayRead =
        Arguments.pattern("--may-read")
            .type(List.class)
            .auxiliaryTypes(NodePattern.class)
            .initialValue(List.of(NodePattern.ALL))
            .description(
                "nodes that the person may see, as a name or a prefix followed by *; can be"
                    + " repeated; default: all")
            .build();
    private final OptionSpec stdin = passwordStdin();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "add",
              this,
              "Creates an account for the page and prints its password, which cannot be printed"
                  + " again.")
          .addPositional(name)
          .addOption(isAdmin)
          .addOption(mayRead)
          .addOption(stdin);
    }

    @Override
    public void run(AccountAdmin admin, Output out) throws SQLException, RefusedException {
      String user = name.getValue();
      List<NodePattern> patterns = mayRead.getValue();
      boolean asAdmin = isAdmin.getValue();
      if (asAdmin && !patterns.equals(List.of(NodePattern.ALL))) {
        throw new RefusedException(
            "--admin and --may-read exclude each other: an admin sees and changes all nodes");
      }
      Chosen chosen = Chosen.of(stdin.getValue());
      admin.add(user, chosen.hash(), asAdmin, patterns);
      chosen.print(out, user, "added user " + user);
    }
  }

  private static final class ChangePassword implements Action {
    private final PositionalParamSpec name = user();
    private final OptionSpec stdin = passwordStdin();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "password",
              this,
              "Changes the password and prints the new one. The person's sessions end.")
          .addPositional(name)
          .addOption(stdin);
    }

    @Override
    public void run(AccountAdmin admin, Output out) throws SQLException, RefusedException {
      String user = name.getValue();
      Chosen chosen = Chosen.of(stdin.getValue());
      admin.changePassword(user, chosen.hash());
      chosen.print(out, user, "changed the password of " + user);
    }
  }

  private static final class SetEnabled implements Action {
    private final PositionalParamSpec name = user();
    private final boolean disable;

    SetEnabled(boolean disable) {
      this.disable = disable;
    }

    @Override
    public CommandSpec spec() {
      CommandSpec spec =
          disable
              ? Program.command("disable", this, "Ends the person's sessions, and refuses logins.")
              : Program.command("enable", this, "Lets a disabled person log in again.");
      return spec.addPositional(name);
    }

    @Override
    public void run(AccountAdmin admin, Output out) throws SQLException, RefusedException {
      String user = name.getValue();
      String state = disable ? "disabled" : "enabled";
      admin.disable(user, disable);
      out.result(user + " " + state, Map.of("user", user, "state", state));
    }
  }

  private static final class Remove implements Action {
    private final PositionalParamSpec name = user();

    @Override
    public CommandSpec spec() {
      return Program.command("remove", this, "Removes an account; its sessions end.")
          .addPositional(name);
    }

    @Override
    public void run(AccountAdmin admin, Output out) throws SQLException, RefusedException {
      String user = name.getValue();
      admin.remove(user);
      out.result("removed user " + user, Map.of("user", user));
    }
  }

  private static final class ListAll implements Action {
    private static final List<String> COLUMNS =
        List.of("user", "role", "mayRead", "state", "sessions", "lastLogin");

    @Override
    public CommandSpec spec() {
      return Program.command("list", this, "Lists all accounts.");
    }

    @Override
    public void run(AccountAdmin admin, Output out) throws SQLException {
      List<Map<String, ?>> rows = new ArrayList<>();
      for (AccountAdmin.Listed account : admin.list()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("user", account.name());
        row.put("role", account.admin() ? "admin" : "viewer");
        row.put("mayRead", account.mayRead());
        row.put("state", account.disabled() ? "disabled" : "enabled");
        row.put("sessions", account.sessions());
        row.put(
            "lastLogin", account.lastLoginAt() == null ? null : account.lastLoginAt().toString());
        rows.add(row);
      }
      out.table(COLUMNS, rows);
    }
  }
}
