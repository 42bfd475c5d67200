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
 * The system user that runs PostgreSQL: ours, unless we are root, which PostgreSQL refuses.
 *
 * @param description the user in words
 * @param uid its user id
 * @param gid its group id
 * @param prefix what stands before a command line to run it as that user
 */
record Account(String description, int uid, int gid, List<String> prefix) {
  private static final Logger log = LoggerFactory.getLogger(Account.class);

  private static final Pattern ID =
      Pattern.compile("^uid=(?<uid>\\d+)\\((?<name>[^)]*)\\) gid=(?<gid>\\d+)");

  /**
   * Every program gets a session of its own, so that Ctrl-C in our terminal leaves the server to us
   * to stop in order, and SIGINT (a fast shutdown) if we die without doing so.
   */
  private static final List<String> DETACHED = List.of("setsid", "setpriv", "--pdeathsig", "INT");

  /** Kernel capabilities that let another user pass a folder such as /root; the weaker first. */
  private static final List<String> PASS_FOLDERS = List.of("dac_read_search", "dac_override");

  /**
   * Chooses the user and makes sure that it can run the unpacked programs.
   *
   * @param wanted HARVESTER_EMBEDDED_USER; null or empty: not set
   */
  static Account choose(String wanted, DataFolder folder, Binaries binaries)
      throws EmbeddedPostgresException, IOException {
    Account account =
        new UnixSystem().getUid() == 0 ? notRoot(wanted, folder) : ourselves(wanted, folder);
    List<String> complaints = new ArrayList<>();
    for (Account candidate : account.withAndWithoutHelp()) {
      // By way of a shell, since setpriv itself still has root's reach when it looks for a program.
      Commands.Result tried =
          Commands.run(
              Commands.join(
                  candidate.prefix, "sh", "-c", "\"$0\" --version", binaries.program("postgres")));
      if (tried.succeeded()) {
        return candidate;
      }
      complaints.add(tried.output());
    }
    throw new EmbeddedPostgresException(
        "%s cannot run the programs in %s: %s. Set HARVESTER_DATA_DIR to a folder that this user can"
                .formatted(account.description, folder.root(), complaints.get(0))
            + " reach and that allows programs, HARVESTER_EMBEDDED_USER to another user, or"
            + " HARVESTER_DATABASE_URL to a server of yours");
  }

  private static Account ourselves(String wanted, DataFolder folder)
      throws EmbeddedPostgresException, IOException {
    UnixSystem us = new UnixSystem();
    if (wanted != null && !wanted.isEmpty() && !wanted.equals(us.getUsername())) {
      throw new EmbeddedPostgresException(
          "HARVESTER_EMBEDDED_USER is %s, but only root can run PostgreSQL as another user, and"
                  .formatted(wanted)
              + " we are %s: leave the setting out".formatted(us.getUsername()));
    }
    if (Files.exists(folder.pgdata()) && owner(folder.pgdata(), "uid") != us.getUid()) {
      throw new EmbeddedPostgresException(
          "%s belongs to user id %d, and we are %s: start Harvester as that user or as root, or set"
                  .formatted(folder.pgdata(), owner(folder.pgdata(), "uid"), us.getUsername())
              + " HARVESTER_DATA_DIR to another folder");
    }
    return new Account(
        "user " + us.getUsername(), Math.toIntExact(us.getUid()), (int) us.getGid(), DETACHED);
  }

  private static Account notRoot(String wanted, DataFolder folder)
      throws EmbeddedPostgresException, IOException {
    if (wanted != null && !wanted.isEmpty()) {
      Account named = named(wanted);
      if (named == null || named.uid == 0) {
        throw new EmbeddedPostgresException(
            "HARVESTER_EMBEDDED_USER is %s: %s"
                .formatted(
                    wanted,
                    named == null
                        ? "there is no such user here"
                        : "PostgreSQL refuses to be run by root; name another user"));
      }
      return named;
    }
    int owner = owner(folder.root(), "uid");
    Account account = owner != 0 ? named(Integer.toString(owner)) : null;
    account = account != null ? account : named("postgres");
    account = account != null ? account : named("nobody");
    if (account == null) {
      throw new EmbeddedPostgresException(
          "PostgreSQL refuses to be run by root, and there is neither a user postgres nor nobody:"
              + " set HARVESTER_EMBEDDED_USER to a user, or start Harvester as one");
    }
    return account;
  }

  /** The account of a user name or number; null if the system knows none such. */
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
   * This account, and for another user than ours the same with a capability that opens folders on
   * the way to the data, such as /root (0700). It is kept over access(2), which initdb calls.
   */
  private List<Account> withAndWithoutHelp() {
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

  /** Makes this user the owner of a tree, which takes root and is needed only once. */
  void own(Path tree) throws EmbeddedPostgresException, IOException {
    if (owner(tree, "uid") == uid) {
      return;
    }
    log.info("giving {} to {}", tree, description);
    Commands.Result result =
        Commands.run(List.of("chown", "-R", "-h", uid + ":" + gid, tree.toString()));
    if (!result.succeeded()) {
      throw new EmbeddedPostgresException(
          "cannot give %s to %s: %s".formatted(tree, description, result.output()));
    }
  }

  /** Whether this user may write in a folder. */
  boolean mayWrite(Path folder) throws EmbeddedPostgresException, IOException {
    return Commands.run(Commands.join(prefix, "test", "-w", folder.toString())).succeeded();
  }

  private static int owner(Path path, String idKind) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:" + idKind, LinkOption.NOFOLLOW_LINKS);
  }
}
