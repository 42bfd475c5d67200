// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * One keep-alive HTTP/1.1 connection that sends prepared requests. It parses only the status, the
 * headers and the beginning of the body, because its CPU time is taken from the receiver's.
 */
public final class HttpConnection implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final InetSocketAddress address;
  private int timeoutMillis;
  private final byte[] buffer = new byte[16 * 1024];
  private Socket socket;
  private String head = "";
  private int bodyEnd;
  private int bodyStart;

  /**
   * A connection that opens with the first request.
   *
   * @param timeout longest wait for a response
   */
  public HttpConnection(URI url, Duration timeout) {
    int port = url.getPort() < 0 ? 80 : url.getPort();
    this.address = new InetSocketAddress(url.getHost(), port);
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  /**
   * Sends a request, head and body, and reads the response. After an error the next call
   * reconnects.
   *
   * @return the status
   */
  public int exchange(byte[] request) throws IOException {
    boolean reusable = false;
    try {
      if (socket == null) {
        connect();
      }
      socket.getOutputStream().write(request);
      int status = readResponse(socket.getInputStream());
      reusable = !head.contains("connection: close");
      return status;
    } finally {
      if (!reusable) {
        close();
      }
    }
  }

  /** Changes the longest wait for a response. */
  public void timeout(Duration timeout) throws IOException {
    timeoutMillis = Math.toIntExact(timeout.toMillis());
    if (socket != null) {
      socket.setSoTimeout(timeoutMillis);
    }
  }

  /** A header of the last response, or null. The name is in lower case. */
  public String header(String name) {
    int at = head.indexOf("\r\n" + name + ":");
    if (at < 0) {
      return null;
    }
    int start = at + name.length() + 3;
    return head.substring(start, head.indexOf("\r\n", start)).trim();
  }

  /** The beginning of the last response's body. */
  public String body() {
    return new String(buffer, bodyStart, bodyEnd - bodyStart, StandardCharsets.UTF_8).trim();
  }

  @Override
  public void close() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // The connection is discarded in any case.
    }
    socket = null;
  }

  private void connect() throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(timeoutMillis);
    socket.connect(address, CONNECT_TIMEOUT_MILLIS);
  }

  private int readResponse(InputStream in) throws IOException {
    int filled = 0;
    int headEnd;
    do {
      filled += readSome(in, filled);
      headEnd = headEnd(filled);
    } while (headEnd < 0);
    int status = (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + (buffer[11] - '0');
    // Keeps the first line break of the empty line, so that every header ends with a line break.
    head = new String(buffer, 0, headEnd + 2, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    bodyStart = headEnd + 4;
    bodyEnd = filled;
    if (status != 204) {
      readBody(in);
    }
    return status;
  }

  private void readBody(InputStream in) throws IOException {
    String length = header("content-length");
    boolean chunked = header("transfer-encoding") != null;
    int bodyLimit = length == null ? Integer.MAX_VALUE : bodyStart + Integer.parseInt(length);
    while (chunked ? !body().endsWith("\r\n0") && !body().equals("0") : bodyEnd < bodyLimit) {
      int n = readSome(in, bodyEnd);
      bodyEnd += n;
    }
  }

  private int readSome(InputStream in, int at) throws IOException {
    if (at == buffer.length) {
      throw new IOException("response of more than " + buffer.length + " bytes");
    }
    int n = in.read(buffer, at, buffer.length - at);
    if (n < 0) {
      throw new EOFException("connection closed before the response was complete");
    }
    return n;
  }

  private int headEnd(int filled) {
    for (int i = 0; i + 3 < filled; i++) {
      if (buffer[i] == '\r'
          && buffer[i + 1] == '\n'
          && buffer[i + 2] == '\r'
          && buffer[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
