// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that runs when no database is configured. Its data survives restarts; it listens
 * on 127.0.0.1 only, is restarted when it dies, and stops on {@link #close}.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** The role and the database of the service. The role owns the database and nothing else. */
  static final String NAME = "harvester";

  /** The bootstrap role of the cluster, for maintenance and tests. */
  static final String SUPERUSER = "postgres";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  /**
   * How the server runs.
   *
   * @param port the port on 127.0.0.1 (HARVESTER_EMBEDDED_PORT)
   * @param portIsDefault the port is not configured: a free one is used if it is taken
   * @param user the system user that runs the server if this process is root
   *     (HARVESTER_EMBEDDED_USER); null or empty: the owner of the data folder, else postgres, else
   *     nobody
   */
  public record Options(int port, boolean portIsDefault, String user) {}

  private final DataFolder folder;
  private final Supervisor supervisor;
  private final Passwords passwords;
  private final int port;
  private final String description;

  private EmbeddedPostgres(
      DataFolder folder, Supervisor supervisor, Passwords passwords, int port, String description) {
    this.folder = folder;
    this.supervisor = supervisor;
    this.passwords = passwords;
    this.port = port;
    this.description = description;
  }

  /**
   * Starts PostgreSQL on a data folder and returns when it accepts connections. The first start
   * creates the folder and the cluster (about 5 s); a start after a crash waits for recovery.
   *
   * @param dataDir HARVESTER_DATA_DIR
   * @throws EmbeddedPostgresException if it cannot start; no process remains
   */
  public static EmbeddedPostgres start(Path dataDir, Options options)
      throws EmbeddedPostgresException {
    DataFolder folder = DataFolder.open(dataDir);
    try {
      return start(folder, options);
    } catch (IOException e) {
      folder.close();
      throw new EmbeddedPostgresException(
          "cannot set up PostgreSQL in the data folder "
              + folder.root()
              + ": check its permissions and the free disk space, or set HARVESTER_DATA_DIR to"
              + " another folder",
          e);
    } catch (EmbeddedPostgresException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static EmbeddedPostgres start(DataFolder folder, Options options)
      throws EmbeddedPostgresException, IOException {
    Binaries binaries = Binaries.unpack(folder);
    Account account = Account.choose(options.user(), folder, binaries);
    OrphanedServer.stop(folder);
    int port = Ports.choose(options);
    ServerConfiguration.write(folder, account, port);
    Passwords passwords = new Cluster(folder, binaries, account).prepare();

    ServerLog serverLog = new ServerLog(folder.serverLog());
    Supervisor supervisor =
        Supervisor.start(new ServerProgram(folder, binaries, account, serverLog), serverLog);
    String description = describe(binaries, port, folder, account);
    EmbeddedPostgres started =
        new EmbeddedPostgres(folder, supervisor, passwords, port, description);
    try {
      folder.writeSecret(folder.url(), started.url());
      GroupRoles.create(port, passwords.superuser());
    } catch (IOException | EmbeddedPostgresException e) {
      supervisor.close();
      throw e;
    }
    binaries.removeOlder(folder);
    LOG.info("{} is ready", description);
    return started;
  }

  private static String describe(Binaries binaries, int port, DataFolder folder, Account account) {
    return "embedded PostgreSQL %s on 127.0.0.1:%d (data in %s, run by %s)"
        .formatted(binaries.version(), port, folder.root(), account.description());
  }

  /**
   * {@code postgresql://harvester:PASSWORD@127.0.0.1:PORT/harvester}, unchanged until {@link
   * #close}.
   */
  public String url() {
    return url(NAME, passwords.harvester(), NAME);
  }

  /** The URL of the superuser, for maintenance and tests. The service does not use it. */
  public String superuserUrl() {
    return url(SUPERUSER, passwords.superuser(), SUPERUSER);
  }

  private String url(String role, String password, String database) {
    return "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(role, password, port, database);
  }

  /** Version, address, data folder and user, in one line for the log, without the password. */
  public String describe() {
    return description;
  }

  /** Process id of the running server. It changes with each restart. */
  public long pid() {
    return supervisor.pid();
  }

  /** Ends all sessions, stops the server and waits. Everything committed is on disk. */
  @Override
  public void close() {
    supervisor.close();
    folder.close();
    LOG.info("embedded PostgreSQL stopped");
  }
}
