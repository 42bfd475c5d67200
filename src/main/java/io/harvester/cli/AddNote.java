// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.Values;
import io.harvester.postgres.access.FleetAdmin;
import io.harvester.postgres.access.NodeAdmin;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes down what happened, for {@code fleet.annotation}. */
final class AddNote implements AdminCommand {
  private static final int MAX_LENGTH = 2000;
  private static final Set<String> KINDS = Set.of("note", "maintenance");

  private final PositionalParamSpec text =
      PositionalParamSpec.builder()
          .index("0")
          .required(true)
          .type(String.class)
          .converters(AddNote::text)
          .paramLabel("TEXT")
          .description("for example \"power supply replaced\"")
          .build();
  private final OptionSpec node =
      OptionSpec.builder("--node")
          .type(String.class)
          .paramLabel("NAME")
          .description("the node that it is about, default: all nodes")
          .build();
  private final OptionSpec kind =
      OptionSpec.builder("--kind")
          .type(String.class)
          .converters(AddNote::kind)
          .defaultValue("note")
          .paramLabel("KIND")
          .description("note or maintenance, default note")
          .build();
  private final OptionSpec at =
      OptionSpec.builder("--at")
          .type(Instant.class)
          .converters(AddNote::instant)
          .paramLabel("TIME")
          .description("when it began, for example 2026-01-31T12:00Z, default now")
          .build();
  private final OptionSpec length =
      OptionSpec.builder("--for")
          .type(Duration.class)
          .converters(Values::duration)
          .defaultValue("0")
          .paramLabel("DURATION")
          .description("how long it takes, for example 2h; default 0: a moment")
          .build();
  private final OptionSpec who =
      OptionSpec.builder("--who")
          .type(String.class)
          .paramLabel("NAME")
          .description("who says so, default: the user of the system")
          .build();

  private static String text(String given) {
    if (given.isBlank() || given.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "must have 1 to " + MAX_LENGTH + " characters, not " + given.strip().length());
    }
    return given.strip();
  }

  private static String kind(String given) {
    if (!KINDS.contains(given)) {
      throw new IllegalArgumentException("must be note or maintenance, not " + given);
    }
    return given;
  }

  private static Instant instant(String given) {
    try {
      return OffsetDateTime.parse(given).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is not a time such as 2026-01-31T12:00Z or 2026-01-31T12:00:00+01:00: " + given, e);
    }
  }

  @Override
  public CommandSpec spec() {
    return Program.command(
            "note",
            this,
            "Writes down what happened or will happen. The view fleet.annotation has all notes, and"
                + " the changes of credentials, desktop sessions and storage maintenance.")
        .addPositional(text)
        .addOption(node)
        .addOption(kind)
        .addOption(at)
        .addOption(length)
        .addOption(who);
  }

  @Override
  public void run(DatabaseUrl database, Output out)
      throws SQLException, NodeAdmin.RefusedException {
    String author = who.getValue();
    FleetAdmin.Note note =
        new FleetAdmin.Note(
            node.getValue(),
            kind.getValue(),
            at.getValue(),
            length.getValue(),
            author == null ? System.getProperty("user.name") : author,
            text.getValue());
    try (FleetAdmin admin = new FleetAdmin(database)) {
      int number = admin.add(note);
      out.result("note " + number + " added", Map.of("note", number));
    }
  }
}
