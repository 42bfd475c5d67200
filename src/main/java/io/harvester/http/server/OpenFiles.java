package io.harvester.http.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many of the files that this process may have open connections may take. */
final class OpenFiles {
  /** For the database, the jar, certificates, and connections whose TLS has only begun. */
  private static final long FOR_OTHERS = 500;

  private OpenFiles() {}

  /** As many connections as wanted, if there are files for them. */
  static int connections(int wanted) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? connections(wanted, system.getMaxFileDescriptorCount())
        : wanted;
  }

  static int connections(int wanted, long files) {
    return files <= 0 // not known
        ? wanted
        : (int) Math.min(wanted, files - Math.min(FOR_OTHERS, files / 2));
  }
}
