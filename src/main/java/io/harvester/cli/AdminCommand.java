// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import picocli.CommandLine.Model.CommandSpec;

/** A command that changes or lists who has access, in the database. */
interface AdminCommand extends ConfiguredCommand {
  /** Its name, arguments and help text. */
  CommandSpec spec();

  /** Runs with valid arguments. */
  void run(DatabaseUrl database, Output out) throws SQLException, NodeAdmin.RefusedException;

  /** The database, with the role that runs the command. */
  default DatabaseUrl database(Settings settings) throws CommandException {
    return ConfiguredDatabase.url(settings);
  }

  /** A subcommand of {@code node}. */
  interface OfNodes extends AdminCommand {
    /** Runs with valid arguments, connected to the database. */
    void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException;

    @Override
    default void run(DatabaseUrl database, Output out)
        throws SQLException, NodeAdmin.RefusedException {
      try (NodeAdmin admin = new NodeAdmin(database)) {
        run(admin, out);
      }
    }
  }

  @Override
  default int run(Settings settings, Output out) throws CommandException {
    try {
      run(database(settings), out);
      return Cli.OK;
    } catch (NodeAdmin.RefusedException e) {
      throw new CommandException(e.getMessage());
    } catch (SQLException e) {
      throw new CommandException(explain(e));
    }
  }

  private static String explain(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals("42P01") || state.equals("3F000")
        ? "this database has no tables of this version yet: start the aggregator with it first"
        : e.getMessage();
  }
}
