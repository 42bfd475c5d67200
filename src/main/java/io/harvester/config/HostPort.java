// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The address of a TCP server.
 *
 * @param host name or address, without brackets
 * @param port TCP port; 0, to listen: any free port
 */
public record HostPort(String host, int port) {

  /** Parses {@code host:port}, {@code [v6]:port} or {@code :port} (all interfaces). */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("is not host:port: " + text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("needs brackets around the IPv6 address: " + text);
    }
    return new HostPort(
        host.isEmpty() ? "0.0.0.0" : host,
        (int) Values.number(text.substring(colon + 1), 0, 65_535));
  }

  /** Whether only this machine can connect to the address. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // binding fails with a message of its own
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
