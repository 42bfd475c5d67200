package io.harvester.cli;

import io.harvester.auth.Secret;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Gives a node a new token while the old one still works for a while. */
final class RotateNode implements NodeCommand.Action {
  private static final String OVERLAP = "24h";

  @Override
  public String arguments() {
    return "NAME [--overlap 24h]";
  }

  @Override
  public String meaning() {
    return "print a new token; the old ones work for that much longer, 0: not at all";
  }

  @Override
  public List<String> options() {
    return List.of("--overlap");
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    Duration overlap = arguments.duration("--overlap", OVERLAP);
    Secret token = Secret.newToken();
    admin.rotate(node, token.hash(), overlap);
    out.result(token.reveal(), Map.of("node", node, "token", token.reveal()));
  }
}
