package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;

/** Shuts a node out without ending its credentials, or lets it in again. */
final class SwitchNode implements NodeCommand.Action {
  private final boolean disable;

  SwitchNode(boolean disable) {
    this.disable = disable;
  }

  @Override
  public String arguments() {
    return "NAME";
  }

  @Override
  public String meaning() {
    return disable
        ? "refuse the node whatever it shows, client certificates included"
        : "let it in again";
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    admin.disable(node, disable);
    String state = disable ? "disabled" : "enabled";
    out.result(node + " " + state, Map.of("node", node, "state", state));
  }
}
