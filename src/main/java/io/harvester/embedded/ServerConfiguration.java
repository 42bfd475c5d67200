package io.harvester.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The server's configuration: durable, on loopback, and fit for steady inserts on a small box. */
final class ServerConfiguration {
  private static final long MB = 1024 * 1024;

  private ServerConfiguration() {}

  /**
   * Writes both configuration files. They lie outside of the cluster: if we are root, writing in a
   * folder that belongs to another user could be turned against us by a link.
   */
  static void write(DataFolder folder, Account account, int port)
      throws EmbeddedPostgresException, IOException {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    writeReadable(
        folder.configuration(),
        configuration(folder, port, machine.getTotalMemorySize() / MB, sharedMemoryType(account)));
    writeReadable(folder.authentication(), "host all all 127.0.0.1/32 scram-sha-256\n");
  }

  private static void writeReadable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** A chroot or a bare container may lack a usable /dev/shm, where PostgreSQL's default lives. */
  private static String sharedMemoryType(Account account)
      throws EmbeddedPostgresException, IOException {
    return account.mayWrite(Path.of("/dev/shm")) ? "posix" : "sysv";
  }

  static String configuration(DataFolder folder, int port, long memoryMb, String sharedMemory) {
    return """
    # Written anew at each start. To change a setting for good: ALTER SYSTEM SET … as user postgres.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    hba_file = '%s'
    dynamic_shared_memory_type = %s

    # A commit that was acknowledged is on disk.
    fsync = on
    synchronous_commit = on
    full_page_writes = on

    # Steady inserts: few and long checkpoints, at the price of up to 2 GB of WAL to replay.
    max_wal_size = 2GB
    min_wal_size = 256MB
    checkpoint_timeout = 15min
    wal_compression = on

    # Sized for %d MB of memory, which we share with the aggregator and whatever else runs here.
    shared_buffers = %dMB
    effective_cache_size = %dMB
    maintenance_work_mem = %dMB
    work_mem = 16MB

    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%%m [%%p] %%q%%u@%%d '
    """
        .formatted(
            port,
            folder.authentication().toString().replace("'", "''"),
            sharedMemory,
            memoryMb,
            within(32, memoryMb / 4, 1024),
            Math.max(128, memoryMb / 2),
            within(32, memoryMb / 16, 256));
  }

  private static long within(long least, long value, long max) {
    return Math.max(least, Math.min(value, max));
  }
}
