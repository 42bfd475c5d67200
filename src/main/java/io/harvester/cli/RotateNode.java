// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.Secret;
import io.harvester.config.Values;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Gives a node a new token; the old ones remain valid for a while. */
final class RotateNode implements AdminCommand.OfNodes {
  private final PositionalParamSpec node = Arguments.node();
  private final OptionSpec overlap =
      OptionSpec.builder("--overlap")
          .type(Duration.class)
          .converters(Values::duration)
          .defaultValue("24h")
          .paramLabel("DURATION")
          .description("how long the old tokens remain valid, default 24h; 0: not at all")
          .build();

  @Override
  public CommandSpec spec() {
    return Program.command(
            "rotate", this, "Prints a new token for a node. The token cannot be printed again.")
        .addPositional(node)
        .addOption(overlap);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
    String name = node.getValue();
    Secret token = Secret.newToken();
    admin.rotate(name, token.hash(), overlap.getValue());
    out.result(token.reveal(), Map.of("node", name, "token", token.reveal()));
  }
}
