// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A PostgreSQL connection URI (PostgreSQL manual, 34.1.1.2).
 *
 * @param host host name or address
 * @param port TCP port
 * @param database database name
 * @param user role
 * @param password password, or empty
 * @param options query parameters, for example {@code sslmode=require}
 */
public record DatabaseUrl(
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> options) {

  /**
   * Parses {@code postgresql://user:password@host:port/database?option=value}.
   *
   * @throws IllegalArgumentException with a message for the operator that never contains the
   *     password
   */
  public static DatabaseUrl parse(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is not a URL; special characters in a password must be percent-encoded", e);
    }
    String scheme = String.valueOf(uri.getScheme());
    require(
        scheme.equals("postgresql") || scheme.equals("postgres"), "must start with postgresql://");
    require(uri.getHost() != null, "has no host");
    String path = uri.getPath() == null ? "" : uri.getPath();
    require(path.length() > 1, "has no database: postgresql://user:password@host:port/database");
    String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    require(!userInfo.isEmpty(), "has no user");
    int colon = userInfo.indexOf(':');
    return new DatabaseUrl(
        uri.getHost(),
        uri.getPort() < 0 ? 5432 : uri.getPort(),
        path.substring(1),
        decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
        colon < 0 ? "" : decode(userInfo.substring(colon + 1)),
        options(uri.getRawQuery()));
  }

  private static Map<String, String> options(String query) {
    Map<String, String> options = new TreeMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        require(equals > 0, "has an option without a value: " + pair);
        options.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return options;
  }

  private static String decode(String s) {
    return URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The same URL with another password. */
  public DatabaseUrl withPassword(String other) {
    return new DatabaseUrl(host, port, database, user, other, options);
  }

  /** The URL for logs, without password and options. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }
}
