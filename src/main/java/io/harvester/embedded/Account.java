// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system user that runs PostgreSQL: this process's user, unless that is root, which PostgreSQL
 * refuses.
 *
 * @param description the user, for messages
 * @param uid its user id
 * @param gid its group id
 * @param prefix the start of a command line that runs the rest as that user
 */
record Account(String description, int uid, int gid, List<String> prefix) {
  private static final Logger LOG = LoggerFactory.getLogger(Account.class);

  private static final Pattern ID =
      Pattern.compile("^uid=(?<uid>\\d+)\\((?<name>[^)]*)\\) gid=(?<gid>\\d+)");

  /**
   * Every program gets its own session, so that Ctrl-C in the terminal does not reach the server,
   * which this process stops in order. If this process dies first, the kernel sends the server
   * SIGINT: a fast shutdown.
   */
  private static final List<String> DETACHED = List.of("setsid", "setpriv", "--pdeathsig", "INT");

  /** Kernel capabilities that let another user pass a folder such as /root; the weakest first. */
  private static final List<String> PASS_FOLDERS = List.of("dac_read_search", "dac_override");

  /**
   * Chooses the user, and checks that it can run the unpacked programs.
   *
   * @param wanted HARVESTER_EMBEDDED_USER; null or empty: not set
   */
  static Account choose(String wanted, DataFolder folder, Binaries binaries)
      throws EmbeddedPostgresException, IOException {
    Account account =
        new UnixSystem().getUid() == 0
            ? otherThanRoot(wanted, folder)
            : currentUser(wanted, folder);
    List<String> failures = new ArrayList<>();
    for (Account candidate : account.withAndWithoutCapabilities()) {
      // Through a shell: setpriv itself still has root's permissions when it looks up a program.
      Commands.Result attempt =
          Commands.run(
              Commands.join(
                  candidate.prefix, "sh", "-c", "\"$0\" --version", binaries.program("postgres")));
      if (attempt.succeeded()) {
        return candidate;
      }
      failures.add(attempt.output());
    }
    throw new EmbeddedPostgresException(
        "%s cannot run the programs in %s: %s. Set HARVESTER_DATA_DIR to a folder that this user can"
                .formatted(account.description, folder.root(), failures.get(0))
            + " reach and that is not mounted noexec, HARVESTER_EMBEDDED_USER to another user, or"
            + " HARVESTER_DATABASE_URL to another server");
  }

  private static Account currentUser(String wanted, DataFolder folder)
      throws EmbeddedPostgresException, IOException {
    UnixSystem current = new UnixSystem();
    if (wanted != null && !wanted.isEmpty() && !wanted.equals(current.getUsername())) {
      throw new EmbeddedPostgresException(
          "HARVESTER_EMBEDDED_USER is %s, but only root can run PostgreSQL as another user, and"
                  .formatted(wanted)
              + " Harvester runs as %s: remove the setting".formatted(current.getUsername()));
    }
    if (Files.exists(folder.pgdata()) && owner(folder.pgdata(), "uid") != current.getUid()) {
      throw new EmbeddedPostgresException(
          "%s belongs to user id %d, but Harvester runs as %s: start it as that user or as root, or"
                  .formatted(folder.pgdata(), owner(folder.pgdata(), "uid"), current.getUsername())
              + " set HARVESTER_DATA_DIR to another folder");
    }
    return new Account(
        "user " + current.getUsername(),
        Math.toIntExact(current.getUid()),
        (int) current.getGid(),
        DETACHED);
  }

  private static Account otherThanRoot(String wanted, DataFolder folder)
      throws EmbeddedPostgresException, IOException {
    if (wanted != null && !wanted.isEmpty()) {
      Account named = named(wanted);
      if (named == null || named.uid == 0) {
        throw new EmbeddedPostgresException(
            "HARVESTER_EMBEDDED_USER is %s: %s"
                .formatted(
                    wanted,
                    named == null
                        ? "there is no such user"
                        : "PostgreSQL refuses to run as root; name another user"));
      }
      return named;
    }
    int owner = owner(folder.root(), "uid");
    Account account = owner != 0 ? named(Integer.toString(owner)) : null;
    account = account != null ? account : named("postgres");
    account = account != null ? account : named("nobody");
    if (account == null) {
      throw new EmbeddedPostgresException(
          "PostgreSQL refuses to run as root, and the users postgres and nobody do not exist: set"
              + " HARVESTER_EMBEDDED_USER to another user, or start Harvester as another user");
    }
    return account;
  }

  /** The account of a user name or number; null if the system does not know it. */
  private static Account named(String user) throws EmbeddedPostgresException, IOException {
    Matcher id = ID.matcher(Commands.run(List.of("id", "--", user)).output());
    if (!id.find()) {
      return null;
    }
    return new Account(
        "user " + id.group("name"),
        Integer.parseInt(id.group("uid")),
        Integer.parseInt(id.group("gid")),
        Commands.join(
            DETACHED,
            "--reuid=" + id.group("uid"),
            "--regid=" + id.group("gid"),
            "--clear-groups"));
  }

  /**
   * This account alone, and, if it is another user, with a capability that lets it pass folders
   * above the data, such as /root (0700). initdb calls access(2), which honours the capability only
   * under {@code no_setuid_fixup}.
   */
  private List<Account> withAndWithoutCapabilities() {
    List<Account> candidates = new ArrayList<>(List.of(this));
    if (!prefix.equals(DETACHED)) {
      for (String capability : PASS_FOLDERS) {
        String only = "-all,+" + capability;
        candidates.add(
            new Account(
                description + " with " + capability,
                uid,
                gid,
                Commands.join(
                    prefix,
                    "--inh-caps=" + only,
                    "--ambient-caps=" + only,
                    "--bounding-set=" + only,
                    "--securebits=+no_setuid_fixup")));
      }
    }
    return candidates;
  }

  /** Makes this user the owner of a tree. Needs root, and changes something only once. */
  void own(Path tree) throws EmbeddedPostgresException, IOException {
    if (owner(tree, "uid") == uid) {
      return;
    }
    LOG.info("changing the owner of {} to {}", tree, description);
    Commands.Result result =
        Commands.run(List.of("chown", "-R", "-h", uid + ":" + gid, tree.toString()));
    if (!result.succeeded()) {
      throw new EmbeddedPostgresException(
          "cannot change the owner of %s to %s: %s".formatted(tree, description, result.output()));
    }
  }

  /** Whether this user may write to a folder. */
  boolean mayWrite(Path folder) throws EmbeddedPostgresException, IOException {
    return Commands.run(Commands.join(prefix, "test", "-w", folder.toString())).succeeded();
  }

  private static int owner(Path path, String idKind) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:" + idKind, LinkOption.NOFOLLOW_LINKS);
  }
}
