// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The server's configuration: durable, on loopback, for steady inserts on a small machine. */
final class ServerConfiguration {
  private static final long MB = 1024 * 1024;

  private ServerConfiguration() {}

  /**
   * Writes both configuration files. They are outside the cluster: a root process that writes to a
   * folder of another user could be made to follow that user's link.
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

  /** A chroot or a bare container may lack a usable /dev/shm, PostgreSQL's default. */
  private static String sharedMemoryType(Account account)
      throws EmbeddedPostgresException, IOException {
    return account.mayWrite(Path.of("/dev/shm")) ? "posix" : "sysv";
  }

  static String configuration(DataFolder folder, int port, long memoryMb, String sharedMemory) {
    return """
    # Rewritten at each start. To change a setting permanently: ALTER SYSTEM SET … as user postgres.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    hba_file = '%s'
    dynamic_shared_memory_type = %s

    # An acknowledged commit is on disk.
    fsync = on
    synchronous_commit = on
    full_page_writes = on

    # Steady inserts: few, long checkpoints. Recovery may replay up to 2 GB of WAL.
    max_wal_size = 2GB
    min_wal_size = 256MB
    checkpoint_timeout = 15min
    wal_compression = on

    # Sized for %d MB of memory, shared with the aggregator and other programs.
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

  private static long within(long min, long value, long max) {
    return Math.max(min, Math.min(value, max));
  }
}
