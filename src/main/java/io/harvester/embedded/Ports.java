// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the server's TCP port. */
final class Ports {
  private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

  private Ports() {}

  /** The port of the options; a free one if it is a default and taken. */
  static int choose(EmbeddedPostgres.Options options) throws EmbeddedPostgresException {
    try {
      return probe(options.port());
    } catch (IOException e) {
      if (!options.portIsDefault()) {
        throw new EmbeddedPostgresException(
            "cannot listen on 127.0.0.1:%d: another program uses the port; set"
                    .formatted(options.port())
                + " HARVESTER_EMBEDDED_PORT to a free one, or remove the setting",
            e);
      }
    }
    try {
      int free = probe(0);
      LOG.warn(
          "port {} is taken: PostgreSQL uses {} until it stops; HARVESTER_EMBEDDED_PORT sets a"
              + " fixed port",
          options.port(),
          free);
      return free;
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "no free port on 127.0.0.1: check that the loopback interface is up", e);
    }
  }

  private static int probe(int port) throws IOException {
    try (ServerSocket socket =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    }
  }
}
