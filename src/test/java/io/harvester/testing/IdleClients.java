// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Many connections that are idle, or idle after one message. */
public final class IdleClients implements AutoCloseable {
  private final List<SocketChannel> channels = new ArrayList<>();

  /** Opens connections to a port of this machine. */
  public IdleClients(int port, int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        channels.add(
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Number of connections. */
  public int count() {
    return channels.size();
  }

  /** Sends a text over each connection; responses are not read. */
  public void send(String text) throws IOException {
    for (SocketChannel channel : channels) {
      channel.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
