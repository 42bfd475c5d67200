// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.backup;

import io.harvester.config.Settings;
import io.harvester.embedded.EmbeddedPostgresException;
import io.harvester.embedded.Restore;
import io.harvester.embedded.RestoredDatabase;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes a data folder of a backup. */
public final class RestoreTask implements EmbeddedTask {
  private final PositionalParamSpec source =
      PositionalParamSpec.builder()
          .index("0")
          .required(true)
          .type(Path.class)
          .paramLabel("FILE_OR_FOLDER")
          .description(
              "an archive of the command backup; a folder of them, whose newest one is taken; or"
                  + " the copy of a data folder whose aggregator was stopped")
          .build();
  private final OptionSpec replace =
      OptionSpec.builder("--replace")
          .type(boolean.class)
          .initialValue(false)
          .description(
              "put a database that is in the data folder aside, as pgdata-replaced; without it,"
                  + " such a folder is refused")
          .build();

  @Override
  public String name() {
    return "restore";
  }

  @Override
  public String[] description() {
    return new String[] {
      "Restores a backup of the embedded database into HARVESTER_DATA_DIR, while no aggregator runs"
          + " there. It reads the whole backup first, and changes nothing if a file is missing or"
          + " damaged.",
      "The result is the database as it was when the backup ended. No later point in time can be"
          + " restored: the embedded database keeps no archive of its WAL."
    };
  }

  @Override
  public void addArguments(CommandSpec command) {
    command.addPositional(source).addOption(replace);
  }

  @Override
  public void run(Settings settings, PrintStream out) throws EmbeddedPostgresException {
    EmbeddedTask.refuseOtherDatabase(settings, name(), "restore it with deploy/backup");
    Path dataDir = settings.embedded().dataDir();
    boolean replaces = replace.getValue();
    Restore.Restored restored =
        Restore.run(source.getValue(), dataDir, replaces, settings.embedded().user());
    out.println(
        "%s: %d files, %d bytes restored into %s"
            .formatted(
                restored.source(), restored.files(), restored.bytes(), dataDir.toAbsolutePath()));
    if (!restored.hasChecksums()) {
      out.println("the backup has no checksums: it is a copy, or of an earlier release");
    }
    print(restored.database(), out);
    out.println("start the aggregator with --data-dir=" + dataDir);
  }

  private static void print(RestoredDatabase database, PrintStream out) {
    out.println("%d nodes, %d series".formatted(database.nodes(), database.series()));
    out.println(
        "last sample %s, last write %s; later ones are not in this backup"
            .formatted(text(database.lastSample()), text(database.lastWrite())));
  }

  private static String text(Instant time) {
    return time == null ? "never" : time.toString();
  }
}
