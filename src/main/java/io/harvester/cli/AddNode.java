package io.harvester.cli;

import io.harvester.auth.Secret;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Gives a node its first token, and prints it this once. */
final class AddNode implements NodeCommand.Action {
  @Override
  public String arguments() {
    return "NAME [--may-write 'PREFIX*']…";
  }

  @Override
  public String meaning() {
    return "make a node and print its token; --may-write: a gateway, for these nodes as well";
  }

  @Override
  public List<String> options() {
    return List.of("--may-write");
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException, NodeAdmin.RefusedException {
    String node = Names.node(arguments.name());
    Secret token = Secret.newToken();
    admin.add(node, token.hash(), Names.patterns(arguments.all("--may-write")));
    out.result(token.reveal(), Map.of("node", node, "token", token.reveal()));
  }
}
