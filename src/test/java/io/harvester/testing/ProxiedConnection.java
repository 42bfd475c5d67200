// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/** One connection through the proxy: forwards message by message and watches for a COMMIT. */
final class ProxiedConnection {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server;
  private final CommitWatcher watcher = new CommitWatcher();
  private byte[] message = new byte[64 * 1024];
  private volatile boolean dropAnswer;

  ProxiedConnection(TcpProxy proxy, Socket client, Socket server) throws IOException {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  void start() {
    TcpProxy.daemon("proxy-request", () -> run(this::forwardRequests));
    TcpProxy.daemon("proxy-answer", () -> run(this::forwardAnswers));
  }

  void close() {
    proxy.forget(this);
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.close();
      } catch (IOException e) {
        // The connection is discarded in any case.
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private void run(Task task) {
    try {
      task.run();
    } catch (IOException e) {
      // One side has closed; close the other too.
    } finally {
      close();
    }
  }

  private void forwardRequests() throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(client.getInputStream(), 64 * 1024));
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(server.getOutputStream(), 64 * 1024));
    forwardStartup(in, out);
    TcpProxy.Cut cut = null;
    while (true) {
      int type = in.read();
      if (type < 0) {
        return;
      }
      int length = readMessage(in);
      if (cut == null && watcher.commits((char) type, message, length)) {
        cut = proxy.takeCut();
        if (cut == TcpProxy.Cut.BEFORE) {
          return;
        }
        dropAnswer = cut != null;
      }
      out.writeByte(type);
      writeMessage(out, length);
      if (in.available() == 0) {
        out.flush();
      }
      // A simple query runs at once, an extended query at the Sync.
      if (cut != null && (type == 'Q' || type == 'S')) {
        out.flush();
        if (cut == TcpProxy.Cut.DURING) {
          return;
        }
      }
    }
  }

  private void forwardStartup(DataInputStream in, DataOutputStream out) throws IOException {
    int code;
    do {
      int length = readMessage(in);
      code = length >= 4 ? new DataInputStream(new ByteArrayInputStream(message)).readInt() : 0;
      writeMessage(out, length);
      out.flush();
    } while (code == SSL_REQUEST || code == GSS_REQUEST);
  }

  private int readMessage(DataInputStream in) throws IOException {
    int length = in.readInt() - 4;
    if (length > message.length) {
      message = Arrays.copyOf(message, length);
    }
    in.readFully(message, 0, length);
    return length;
  }

  private void writeMessage(DataOutputStream out, int length) throws IOException {
    out.writeInt(length + 4);
    out.write(message, 0, length);
  }

  private void forwardAnswers() throws IOException {
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buffer = new byte[64 * 1024];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (dropAnswer) {
        return;
      }
      out.write(buffer, 0, n);
    }
  }
}
