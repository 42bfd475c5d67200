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
 * One of the senders of a rehearsal: some nodes, whose scrapes it sends one after the other over
 * one connection. Every now and then its nodes get new names, for series that are new take another
 * way.
 */
final class SyntheticSender {
  /** Senders at one time. */
  static final int COUNT = 8;

  private static final int NODES = 1;
  private static final int SCRAPES = 40;
  private static final int GENERATIONS = 4;

  /** That all of them have, over all generations. */
  static final int MAX_SERIES = COUNT * NODES * GENERATIONS * SyntheticRequest.SERIES;

  private static final long START = 1_700_000_000_000L;
  private static final long INTERVAL = 15_000;

  private static final String COMMON =
      "POST /api/v1/write HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: snappy\r\n";

  /** Of requests of 1.0 and 2.0. */
  private static final String[] TYPE = {
    "Content-Type: application/x-protobuf",
    "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request"
  };

  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  private final int number;
  private final SyntheticRequest[] made = {
    new SyntheticRequest(MessageVersion.V1), new SyntheticRequest(MessageVersion.V2)
  };
  private final byte[] answer = new byte[4096];
  private int requests;

  /** What is sent; its header is so many bytes. */
  private record Request(byte[] bytes, int header) {}

  /** One of {@link #COUNT}. */
  SyntheticSender(int number) {
    this.number = number;
  }

  /**
   * Sends until told to stop, and at least once: a connection that has been answered is not one
   * that is still to be accepted when the listener closes.
   *
   * @return the number of samples that were taken
   */
  long send(int port, String token, BooleanSupplier goOn) throws IOException {
    long samples = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      do {
        send(socket.getOutputStream(), next(token));
        mustBeTaken(socket.getInputStream());
        samples += SyntheticRequest.SERIES;
      } while (goOn.getAsBoolean());
    }
    return samples;
  }

  /** Some senders write the header by itself. */
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
    byte[] body = made[version].body(START + scrape * INTERVAL, node);
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

  /** Reads an answer that has no body, and fails if it is another one. */
  private void mustBeTaken(InputStream in) throws IOException {
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
