package io.harvester.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, for when no database is configured: its data survives restarts, it
 * listens on 127.0.0.1 only, it is started again when it dies and stopped when we are closed.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** Role and database that the service uses; the role owns the database and nothing else. */
  static final String NAME = "harvester";

  /** The bootstrap role of the cluster, for maintenance and tests. */
  static final String SUPERUSER = "postgres";

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  /**
   * How to run it.
   *
   * @param port where to listen on 127.0.0.1 (HARVESTER_EMBEDDED_PORT)
   * @param portIsDefault nobody asked for this port: take a free one if it is in use
   * @param user the system user to run as if we are root (HARVESTER_EMBEDDED_USER); null or empty:
   *     the owner of the data folder, else postgres, else nobody
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
   * Starts PostgreSQL on a data folder and returns when it takes connections. The first time, the
   * folder is made and the cluster set up (about 5 s); after a crash this waits for the recovery.
   *
   * @param dataDir HARVESTER_DATA_DIR
   * @throws EmbeddedPostgresException if it cannot be started; nothing is left running
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
    } catch (IOException e) {
      supervisor.close();
      throw e;
    }
    binaries.removeOlder(folder);
    log.info("{} is ready", description);
    return started;
  }

  private static String describe(Binaries binaries, int port, DataFolder folder, Account account) {
    return "embedded PostgreSQL %s on 127.0.0.1:%d (data in %s, run by %s)"
        .formatted(binaries.version(), port, folder.root(), account.description());
  }

  /** {@code postgresql://harvester:PASSWORD@127.0.0.1:PORT/harvester}; holds for our lifetime. */
  public String url() {
    return url(NAME, passwords.harvester(), NAME);
  }

  /** The same server as superuser, for maintenance and tests; the service itself never needs it. */
  public String superuserUrl() {
    return url(SUPERUSER, passwords.superuser(), SUPERUSER);
  }

  private String url(String role, String password, String database) {
    return "postgresql://%s:%s@127.0.0.1:%d/%s".formatted(role, password, port, database);
  }

  /** What runs where, in one line for the log; without the password. */
  public String describe() {
    return description;
  }

  /** Process id of the server that runs now: another one after each crash. */
  public long pid() {
    return supervisor.pid();
  }

  /** Stops the server (sessions are cut, everything committed is on disk) and waits for it. */
  @Override
  public void close() {
    supervisor.close();
    folder.close();
    log.info("embedded PostgreSQL stopped");
  }
}
