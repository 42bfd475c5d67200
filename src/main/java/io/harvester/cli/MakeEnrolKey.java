// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.Secret;
import io.harvester.config.Values;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Creates an enrolment key, with which machines fetch their own tokens. */
final class MakeEnrolKey implements AdminCommand.OfNodes {
  private static final int MAX_USES = 100_000;
  private static final Duration MAX_VALIDITY = Duration.ofDays(365);

  private final OptionSpec uses =
      Arguments.number("--uses", MAX_USES)
          .defaultValue("1")
          .description("number of machines that may use the key, default 1")
          .build();
  private final OptionSpec expires =
      OptionSpec.builder("--expires")
          .type(Duration.class)
          .converters(MakeEnrolKey::validity)
          .defaultValue("1h")
          .paramLabel("DURATION")
          .description("how long the key is valid, default 1h")
          .build();
  private final OptionSpec nodes =
      Arguments.pattern("--nodes")
          .defaultValue("*")
          .description("nodes that may use it: a name or a prefix followed by *, default *")
          .build();
  private final OptionSpec reEnrol =
      OptionSpec.builder("--re-enrol")
          .type(boolean.class)
          .initialValue(false)
          .description("allow a node that has a token to replace it")
          .build();

  private static Duration validity(String text) {
    Duration validity = Values.duration(text);
    if (validity.isZero() || validity.compareTo(MAX_VALIDITY) > 0) {
      throw new IllegalArgumentException("must be from 1ms to 365d, not " + text);
    }
    return validity;
  }

  @Override
  public CommandSpec spec() {
    return Program.command(
            "enrol-key",
            this,
            "Prints a key with which machines fetch their tokens themselves"
                + " (install_harvester.sh).",
            "The key cannot be printed again.")
        .addOption(uses)
        .addOption(expires)
        .addOption(nodes)
        .addOption(reEnrol);
  }

  @Override
  public void run(NodeAdmin admin, Output out) throws SQLException {
    int count = uses.getValue();
    Secret key = Secret.newEnrolKey();
    Instant end =
        admin.addEnrolKey(
            key.hash(), count, expires.getValue(), reEnrol.getValue(), nodes.getValue());
    out.result(key.reveal(), Map.of("key", key.reveal(), "uses", count, "expires", end.toString()));
  }
}
