// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli.backup;

import io.harvester.config.Settings;
import io.harvester.embedded.Backup;
import io.harvester.embedded.EmbeddedPostgresException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Copies the embedded database while it runs. */
public final class BackupTask implements EmbeddedTask {
  private final PositionalParamSpec target =
      PositionalParamSpec.builder()
          .index("0")
          .required(true)
          .type(Path.class)
          .paramLabel("FILE_OR_FOLDER")
          .description(
              "the tar archive to write, which must not exist; or a folder, where its name is"
                  + " harvester-YYYYMMDDThhmmssZ.tar, in UTC")
          .build();
  private final OptionSpec keep =
      OptionSpec.builder("--keep")
          .type(int.class)
          .converters(BackupTask::positive)
          .paramLabel("N")
          .description("afterwards, delete all but the N newest archives of the folder")
          .build();

  private static int positive(String text) {
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException("must be a number of archives, 1 or more");
    }
    return Integer.parseInt(text);
  }

  @Override
  public String name() {
    return "backup";
  }

  @Override
  public String[] description() {
    return new String[] {
      "Copies the embedded database, while it runs, into one archive that only its owner can"
          + " read. It has everything that was acknowledged before it ended.",
      "To restore it: the command restore."
    };
  }

  @Override
  public void addArguments(CommandSpec command) {
    command.addPositional(target).addOption(keep);
  }

  @Override
  public void run(Settings settings, PrintStream out) throws EmbeddedPostgresException {
    EmbeddedTask.refuseOtherDatabase(settings, name(), "use deploy/backup of that server");
    Path to = target.getValue();
    Integer kept = keep.getValue();
    if (kept != null && !Files.isDirectory(to)) {
      throw new EmbeddedPostgresException(
          "--keep deletes old archives of a folder, and %s is none".formatted(to));
    }
    Path file = Backup.write(settings.embedded().dataDir(), to);
    out.println("%s: %d bytes".formatted(file, size(file)));
    if (kept != null) {
      Backup.deleteOlder(to, kept).forEach(old -> out.println(old + ": deleted"));
    }
  }

  private static long size(Path file) throws EmbeddedPostgresException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new EmbeddedPostgresException(file + " is gone", e);
    }
  }
}
