// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.NodePattern;
import io.harvester.auth.Secret;
import io.harvester.config.Values;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The subcommands of {@code node} that give and end access. */
final class TokenCommands {
  private TokenCommands() {}

  static AdminCommand add() {
    return new Add();
  }

  static AdminCommand rotate() {
    return new Rotate();
  }

  static AdminCommand revoke() {
    return new Revoke();
  }

  static AdminCommand disable() {
    return new SetEnabled(true);
  }

  static AdminCommand enable() {
    return new SetEnabled(false);
  }

  /** Creates a node and its first token. */
  private static final class Add implements AdminCommand.OfNodes {
    private final PositionalParamSpec node = Arguments.node();
    private final OptionSpec mayWrite =
        Arguments.pattern("--may-write")
            .type(List.class)
            .auxiliaryTypes(NodePattern.class)
            .initialValue(List.of())
            .description(
                "for a gateway: further nodes that it may write, as a name or a prefix followed by"
                    + " *; can be repeated")
            .build();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "add",
              this,
              "Creates a node and prints its token. The token cannot be printed again.")
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

  /** Gives a node a new token; the others expire. */
  private static final class Rotate implements AdminCommand.OfNodes {
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

  /** Revokes all tokens of a node. */
  private static final class Revoke implements AdminCommand.OfNodes {
    private final PositionalParamSpec node = Arguments.node();

    @Override
    public CommandSpec spec() {
      return Program.command(
              "revoke", this, "Revokes all tokens of a node immediately. Its samples are kept.")
          .addPositional(node);
    }

    @Override
    public void run(NodeAdmin admin, Output out) throws SQLException, NodeAdmin.RefusedException {
      String name = node.getValue();
      int revoked = admin.revoke(name);
      out.result(
          "revoked " + revoked + " tokens of " + name, Map.of("node", name, "revoked", revoked));
    }
  }

  /** Refuses all requests of a node without revoking its credentials, or accepts them again. */
  private static final class SetEnabled implements AdminCommand.OfNodes {
    private final PositionalParamSpec node = Arguments.node();
    private final boolean disable;

    SetEnabled(boolean disable) {
      this.disable = disable;
    }

    @Override
    public CommandSpec spec() {
      CommandSpec spec =
          disable
              ? Program.command(
                  "disable",
                  this,
                  "Refuses all requests of a node, whatever credential they carry.")
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
}
