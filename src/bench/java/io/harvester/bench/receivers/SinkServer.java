// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.receivers;

import io.harvester.testing.TcpProxy;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Discards requests and responds 204, to measure the load generator alone. */
final class SinkServer implements AutoCloseable {
  private static final byte[] RESPONSE =
      "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;

  SinkServer() throws IOException {
    server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    TcpProxy.daemon("sink-accept", this::accept);
  }

  /** The endpoint that accepts remote_write. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/api/v1/write");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        TcpProxy.daemon("sink", () -> serve(client));
      } catch (IOException e) {
        // The server is closed.
      }
    }
  }

  @SuppressWarnings("deprecation") // DataInputStream.readLine: the lines are ASCII
  private static void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(client.getInputStream(), 64 * 1024));
      int length = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("Content-Length: ")) {
          length = Integer.parseInt(line.substring(16));
        }
        if (line.isEmpty()) {
          in.skipNBytes(length);
          client.getOutputStream().write(RESPONSE);
        }
      }
    } catch (IOException e) {
      // The client has closed the connection.
    }
  }
}
