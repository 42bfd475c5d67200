// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Deletes a node and its credentials, on request with its samples. */
final class RemoveNode implements AdminCommand.OfNodes {
  private final PositionalParamSpec node = Arguments.node();
  private final OptionSpec withData =
      OptionSpec.builder("--with-data")
          .type(boolean.class)
          .initialValue(false)
          .description("delete the samples of the node, too")
          .build();

  @Override
  public CommandSpec spec() {
    return Program.command(
            "remove",
            this,
            "Deletes a node and its credentials.",
            "A node that has samples is only deleted together with them.")
        .addPositional(node)
        .addOption(withData);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    long samples = admin.remove(name, withData.getValue());
    out.result(
        name + " removed" + (samples > 0 ? " with its samples" : ""),
        Map.of("node", name, "removed", true));
  }
}
