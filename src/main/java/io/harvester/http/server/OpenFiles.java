// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Bounds the number of connections by the limit of open files of this process. */
final class OpenFiles {
  /** For the database, the jar, certificates, and connections in a TLS handshake. */
  private static final long RESERVED = 500;

  private OpenFiles() {}

  /** As many connections as wanted, or fewer if the process may not open that many files. */
  static int connections(int wanted) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? connections(wanted, system.getMaxFileDescriptorCount())
        : wanted;
  }

  static int connections(int wanted, long files) {
    return files <= 0 // unknown
        ? wanted
        : (int) Math.min(wanted, files - Math.min(RESERVED, files / 2));
  }
}
