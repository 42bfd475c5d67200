// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Refuses all requests of a node without revoking its credentials, or accepts them again. */
final class SetNodeEnabled implements AdminCommand.OfNodes {
  private final PositionalParamSpec node = Arguments.node();
  private final boolean disable;

  private SetNodeEnabled(boolean disable) {
    this.disable = disable;
  }

  static SetNodeEnabled disable() {
    return new SetNodeEnabled(true);
  }

  static SetNodeEnabled enable() {
    return new SetNodeEnabled(false);
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        disable
            ? Program.command(
                "disable", this, "Refuses all requests of a node, whatever credential they carry.")
            : Program.command("enable", this, "Accepts the requests of a disabled node again.");
    return spec.addPositional(node);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    String state = disable ? "disabled" : "enabled";
    admin.disable(name, disable);
    out.result(name + " " + state, Map.of("node", name, "state", state));
  }
}
