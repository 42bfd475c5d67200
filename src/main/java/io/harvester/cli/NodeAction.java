// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;

/** A subcommand of {@code node} that needs only {@link NodeAdmin}. */
interface NodeAction extends NodeCommand {
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
