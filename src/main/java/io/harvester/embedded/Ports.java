package io.harvester.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the TCP port that the server will listen on. */
final class Ports {
  private static final Logger log = LoggerFactory.getLogger(Ports.class);

  private Ports() {}

  /** The wanted port; if it is taken and nobody asked for it, a free one. */
  static int choose(EmbeddedPostgres.Options options) throws EmbeddedPostgresException {
    try {
      return probe(options.port());
    } catch (IOException e) {
      if (!options.portIsDefault()) {
        throw new EmbeddedPostgresException(
            "cannot listen on 127.0.0.1:%d: another program uses the port; set"
                    .formatted(options.port())
                + " HARVESTER_EMBEDDED_PORT to a free one, or leave it out",
            e);
      }
    }
    try {
      int free = probe(0);
      log.warn(
          "port {} is taken, so PostgreSQL gets {} for this run; set HARVESTER_EMBEDDED_PORT to"
              + " have the same port every time",
          options.port(),
          free);
      return free;
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "no free port on 127.0.0.1: is the loopback interface up?", e);
    }
  }

  private static int probe(int port) throws IOException {
    try (ServerSocket socket =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    }
  }
}
