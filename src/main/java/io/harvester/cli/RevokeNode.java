// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Revokes all tokens of a node. */
final class RevokeNode implements AdminCommand.OfNodes {
  private final PositionalParamSpec node = Arguments.node();

  @Override
  public CommandSpec spec() {
    return Program.command(
            "revoke", this, "Revokes all tokens of a node immediately. Its samples are kept.")
        .addPositional(node);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    int revoked = admin.revoke(name);
    out.result(
        "revoked " + revoked + " tokens of " + name, Map.of("node", name, "revoked", revoked));
  }
}
