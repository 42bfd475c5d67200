// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** A client for what HTTP libraries do not allow: partial requests, pipelining, late reading. */
public final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Connects to a port of this machine. */
  public RawConnection(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Uses a connected socket, with TLS or without. */
  public RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(30_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Sends the head of a write request with these header lines. */
  public RawConnection head(String... fields) throws IOException {
    return text(
        "POST /api/v1/write HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
  }

  /** Sends text. */
  public RawConnection text(String text) throws IOException {
    return bytes(text.getBytes(ISO_8859_1));
  }

  /** Sends bytes. */
  public RawConnection bytes(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends a chunk of a chunked body; an empty chunk ends the body. */
  public RawConnection chunk(byte[] bytes) throws IOException {
    text(Integer.toHexString(bytes.length) + "\r\n");
    bytes(bytes);
    return text("\r\n");
  }

  /** Reads one response: status line, headers in lower case, and body. */
  public String answer() throws IOException {
    StringBuilder head = new StringBuilder();
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.append(head.isEmpty() ? line : line.toLowerCase(Locale.ROOT)).append('\n');
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return head + "\n" + new String(in.readNBytes(length), ISO_8859_1);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("connection closed after: " + line);
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  /** Whether the server has closed the connection. */
  public boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
