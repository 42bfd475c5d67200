// SPDX-License-Identifier: Apache-2.0
package io.harvester.warmup;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.harvester.wire.MessageVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * A sender of the warm-up: sends the scrapes of its nodes one by one over one connection. After
 * some scrapes its nodes get new names, because the write path handles new series differently.
 */
final class SyntheticSender {
  /** Number of concurrent senders. */
  static final int COUNT = 8;

  private static final int NODES = 1;
  private static final int SCRAPES = 40;
  private static final int GENERATIONS = 4;

  /** Series of all senders in all generations. */
  static final int MAX_SERIES = COUNT * NODES * GENERATIONS * SyntheticRequest.SERIES;

  private static final long START = 1_700_000_000_000L;
  private static final long INTERVAL = 15_000;

  private static final String COMMON =
      "POST /api/v1/write HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: snappy\r\n";

  /** Content types of remote_write 1.0 and 2.0. */
  private static final String[] TYPE = {
    "Content-Type: application/x-protobuf",
    "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request"
  };

  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  private final int number;
  private final SyntheticRequest[] templates = {
    new SyntheticRequest(MessageVersion.V1), new SyntheticRequest(MessageVersion.V2)
  };
  private final byte[] answer = new byte[4096];
  private int requests;

  /** An HTTP request and the length of its header in bytes. */
  private record Request(byte[] bytes, int header) {}

  /** Sender {@code number} of {@link #COUNT}. */
  SyntheticSender(int number) {
    this.number = number;
  }

  /**
   * Sends while the condition holds, and at least once: after a first answer, the listener has
   * accepted the connection and can be closed without a warning.
   *
   * @return the number of acknowledged samples
   */
  long send(int port, String token, BooleanSupplier goOn) throws IOException {
    long samples = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      do {
        send(socket.getOutputStream(), next(token));
        mustBeAcknowledged(socket.getInputStream());
        samples += SyntheticRequest.SERIES;
      } while (goOn.getAsBoolean());
    }
    return samples;
  }

  /** Writes the header separately in every second request, as some senders do. */
  private void send(OutputStream out, Request request) throws IOException {
    int first = requests % 2 == 0 ? request.header() : request.bytes().length;
    out.write(request.bytes(), 0, first);
    out.write(request.bytes(), first, request.bytes().length - first);
  }

  private Request next(String token) {
    int scrape = requests / NODES;
    int version = scrape % 2;
    int node = (scrape / SCRAPES % GENERATIONS * COUNT + number) * NODES + requests % NODES;
    requests++;
    byte[] body = templates[version].body(START + scrape * INTERVAL, node);
    String header =
        COMMON
            + TYPE[version]
            + "\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] request = Arrays.copyOf(header.getBytes(US_ASCII), header.length() + body.length);
    System.arraycopy(body, 0, request, header.length(), body.length);
    return new Request(request, header.length());
  }

  /** Reads a response without a body, and fails unless its status is 204. */
  private void mustBeAcknowledged(InputStream in) throws IOException {
    int length = 0;
    do {
      int read = in.read(answer, length, answer.length - length);
      if (read <= 0) {
        throw new IOException("no answer");
      }
      length += read;
    } while (length < END.length
        || !Arrays.equals(answer, length - END.length, length, END, 0, END.length));
    String text = new String(answer, 0, length, US_ASCII);
    if (!text.startsWith("HTTP/1.1 204 ")) {
      throw new IOException("answered with " + text.lines().findFirst().orElse(""));
    }
  }
}
