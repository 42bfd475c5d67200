// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.migrate;

import io.harvester.config.DatabaseUrl;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@code migrate}. */
public final class MigrateOptions {
  /** The help text. */
  private static final String[] DESCRIPTION = {
    "Copies everything from the configured database, usually the embedded one, to another"
        + " PostgreSQL or TimescaleDB: nodes, credentials, quotas, readers, metadata, samples,"
        + " native histograms, exemplars, annotations, tags. The tiers may differ.",
    "An aggregator may write to the source meanwhile. Run it again to copy what came since: an hour"
        + " that is the same on both sides is left alone, so it also goes on after an interruption."
        + " Each hour of each node is compared by a checksum over labels, times and value bits.",
    "To move: run it; stop the aggregator; run it once more, which starts the embedded database by"
        + " itself; set HARVESTER_DATABASE_URL to the target; start the aggregator."
  };

  private final OptionSpec to =
      OptionSpec.builder("--to")
          .required(true)
          .type(DatabaseUrl.class)
          .converters(MigrateOptions::url)
          .paramLabel("URL")
          .description(
              "the target: postgresql://user@host/database, with the rights of docs/database.md; an"
                  + " empty database, or one that this command has written to")
          .build();
  private final OptionSpec passwordFile =
      OptionSpec.builder("--to-password-file")
          .type(Path.class)
          .paramLabel("FILE")
          .description(
              "file with the password of the target; keeps it out of the list of processes")
          .build();
  private final OptionSpec from =
      OptionSpec.builder("--from")
          .type(Instant.class)
          .initialValue(Instant.EPOCH)
          .converters(MigrateOptions::time)
          .paramLabel("TIME")
          .description(
              "leave samples before it alone: 2026-01-01, or 2026-01-01T12:00:00Z. A run of a"
                  + " large database need not compare again what an earlier run has compared")
          .build();
  private final OptionSpec check =
      OptionSpec.builder("--check")
          .type(boolean.class)
          .initialValue(false)
          .description("copy nothing, only compare the checksums of both sides")
          .build();

  private static DatabaseUrl url(String text) {
    return DatabaseUrl.parse(text);
  }

  private static Instant time(String text) {
    try {
      return text.length() == "2026-01-01".length()
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "must be a time such as 2026-01-01T12:00:00Z, not " + text, e);
    }
  }

  /** The help text. */
  public static String[] description() {
    return DESCRIPTION.clone();
  }

  /** Adds the options. */
  public void addTo(CommandSpec command) {
    command.addOption(to).addOption(passwordFile).addOption(from).addOption(check);
  }

  /** What they say. */
  public MigrateRequest request() {
    DatabaseUrl target = to.getValue();
    Path file = passwordFile.getValue();
    boolean onlyCompares = check.getValue();
    return new MigrateRequest(
        file == null ? target : target.withPasswordFile(file), from.getValue(), !onlyCompares);
  }
}
