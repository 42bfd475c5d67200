package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists every node, with or without credential. */
final class ListNodes implements NodeCommand.Action {
  private static final List<String> COLUMNS =
      List.of("node", "state", "tokens", "mayWrite", "lastWriteAt", "samples");

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String meaning() {
    return "every node: may it write, when did it, how much";
  }

  @Override
  public void run(NodeAdmin admin, Arguments arguments, Output out)
      throws SQLException, CommandException {
    arguments.noName();
    List<Map<String, ?>> rows = new ArrayList<>();
    for (NodeAdmin.Listed node : admin.list()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("node", node.node());
      row.put("state", node.state());
      row.put("tokens", node.tokens());
      row.put("mayWrite", node.mayWrite());
      row.put("lastWriteAt", node.lastWriteAt() == null ? null : node.lastWriteAt().toString());
      row.put("samples", node.samples());
      rows.add(row);
    }
    out.table(COLUMNS, rows);
  }
}
