package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Forgets a node and its credentials; with its samples if that is said. */
final class RemoveNode implements NodeCommand.Action {
  private static final String WITH_DATA = "--with-data";

  @Override
  public String arguments() {
    return "NAME [--with-data]";
  }

  @Override
  public String meaning() {
    return "forget the node; refused if it has samples, unless they are to go too";
  }

  @Override
  public List<String> switches() {
    return List.of(WITH_DATA);
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    long samples = admin.remove(node, arguments.has(WITH_DATA));
    out.result(
        node + " removed" + (samples > 0 ? ", with its samples" : ""),
        Map.of("node", node, "removed", true));
  }
}
