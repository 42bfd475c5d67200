package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.Map;

/** Ends every token of a node. */
final class RevokeNode implements NodeCommand.Action {
  @Override
  public String arguments() {
    return "NAME";
  }

  @Override
  public String meaning() {
    return "end every token of the node now; its samples stay";
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    int ended = admin.revoke(node);
    out.result(ended + " tokens of " + node + " ended", Map.of("node", node, "revoked", ended));
  }
}
