// SPDX-License-Identifier: Apache-2.0
package io.harvester.deploy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Stands for an aggregator: answers 200 to every request at the address of {@code --listen}, and a
 * query with its expression.
 */
final class ReadyServer {
  private ReadyServer() {}

  /** Serves until the process is killed. */
  public static void main(String[] arguments) throws Exception {
    String listen = arguments[Arrays.asList(arguments).indexOf("--listen") + 1];
    int port = Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          byte[] body = ("{\"" + query + "\"}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, 0); // chunked
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }
}
