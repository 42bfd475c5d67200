// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database cluster on disk: created once, checked at each start. */
final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private final DataFolder folder;
  private final Binaries binaries;
  private final Account account;

  Cluster(DataFolder folder, Binaries binaries, Account account) {
    this.folder = folder;
    this.binaries = binaries;
    this.account = account;
  }

  /** Creates the cluster if it is missing, and checks its version, owner and passwords. */
  Passwords prepare() throws EmbeddedPostgresException, IOException {
    if (Files.notExists(folder.pgdata())) {
      return create();
    }
    checkVersion();
    account.own(folder.pgdata());
    Passwords passwords = Passwords.read(folder);
    return passwords != null ? passwords : renewPasswords();
  }

  private void checkVersion() throws EmbeddedPostgresException, IOException {
    Path file = folder.pgdata().resolve("PG_VERSION");
    String found = Files.exists(file) ? Files.readString(file).strip() : "none";
    if (!found.equals(binaries.major())) {
      throw new EmbeddedPostgresException(
          "the data in %s is of PostgreSQL %s, and this release carries PostgreSQL %s: migrate it"
                  .formatted(folder.pgdata(), found, binaries.major())
              + " with pg_dump and pg_restore of the newer release, or set HARVESTER_DATA_DIR to a new folder");
    }
  }

  private Passwords create() throws EmbeddedPostgresException, IOException {
    LOG.info("creating a database in {}", folder.pgdata());
    Path unfinished = folder.root().resolve("pgdata-unfinished");
    DataFolder.delete(unfinished);
    Files.createDirectory(
        unfinished,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    account.own(unfinished);
    initdb(unfinished);

    Passwords passwords = Passwords.random();
    singleUser(
        unfinished,
        List.of(
            "CREATE ROLE %s LOGIN".formatted(EmbeddedPostgres.NAME),
            "CREATE DATABASE %1$s OWNER %1$s".formatted(EmbeddedPostgres.NAME),
            setPassword(EmbeddedPostgres.NAME, passwords.harvester()),
            setPassword(EmbeddedPostgres.SUPERUSER, passwords.superuser())));
    passwords.write(folder);
    // Renamed when complete, so a folder with the final name always holds a complete cluster.
    folder.publish(unfinished, folder.pgdata());
    return passwords;
  }

  private void initdb(Path pgdata) throws EmbeddedPostgresException, IOException {
    // The built-in provider sorts the same on every system and needs no installed locale.
    Commands.Result result =
        Commands.run(
            Commands.join(
                account.prefix(),
                binaries.program("initdb"),
                "--pgdata=" + pgdata,
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--auth-local=reject",
                "--auth-host=scram-sha-256"));
    if (!result.succeeded()) {
      throw failed("initdb", result);
    }
  }

  private Passwords renewPasswords() throws EmbeddedPostgresException, IOException {
    LOG.warn(
        "{} or {} is missing: setting new passwords",
        folder.password(),
        folder.superuserPassword());
    Passwords passwords = Passwords.random();
    singleUser(
        folder.pgdata(),
        List.of(
            setPassword(EmbeddedPostgres.NAME, passwords.harvester()),
            setPassword(EmbeddedPostgres.SUPERUSER, passwords.superuser())));
    passwords.write(folder);
    return passwords;
  }

  private static String setPassword(String role, String password) {
    return "ALTER ROLE %s PASSWORD '%s'".formatted(role, password);
  }

  /** Runs SQL in PostgreSQL's single-user mode, which needs neither a server nor a login. */
  private void singleUser(Path pgdata, List<String> statements)
      throws EmbeddedPostgresException, IOException {
    Commands.Result result =
        Commands.run(
            Commands.join(
                account.prefix(),
                binaries.program("postgres"),
                "--single",
                "-D",
                pgdata.toString(),
                "-c",
                "config_file=" + folder.configuration(),
                "-c",
                "exit_on_error=on",
                "-c",
                "log_min_error_statement=panic",
                EmbeddedPostgres.SUPERUSER),
            String.join("\n", statements) + "\n");
    if (!result.succeeded()) {
      throw failed("postgres --single", result);
    }
  }

  private EmbeddedPostgresException failed(String program, Commands.Result result) {
    return new EmbeddedPostgresException(
        "%s in %s ended with status %d: %s"
                .formatted(program, folder.root(), result.status(), result.output())
            + "; fix the cause, or set HARVESTER_DATABASE_URL to another server");
  }
}
