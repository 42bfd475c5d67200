// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Lists all nodes, with or without a credential. */
final class ListNodes implements AdminCommand.OfNodes {
  private static final List<String> COLUMNS =
      List.of("node", "state", "tokens", "mayWrite", "lastWriteAt", "samples");

  @Override
  public CommandSpec spec() {
    return Program.command(
        "list",
        this,
        "Lists all nodes.",
        "For each node: its state, the number of valid tokens, further nodes that it may write, the"
            + " time of its last write, the number of its samples.");
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException {
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
