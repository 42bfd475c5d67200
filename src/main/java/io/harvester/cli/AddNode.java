// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Creates a node and its first token. */
final class AddNode implements AdminCommand.OfNodes {
  private final PositionalParamSpec node = Arguments.node();
  private final OptionSpec mayWrite =
      Arguments.pattern("--may-write")
          .type(List.class)
          .auxiliaryTypes(NodePattern.class)
          .initialValue(List.of())
          .description(
              "for a gateway: further nodes that it may write, as a name or a prefix followed by *;"
                  + " can be repeated")
          .build();

  @Override
  public CommandSpec spec() {
    return Program.command(
            "add", this, "Creates a node and prints its token. The token cannot be printed again.")
        .addPositional(node)
        .addOption(mayWrite);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    List<NodePattern> patterns = mayWrite.getValue();
    Secret token = Secret.newToken();
    admin.add(name, token.hash(), patterns);
    out.result(token.reveal(), Map.of("node", name, "token", token.reveal()));
  }
}
