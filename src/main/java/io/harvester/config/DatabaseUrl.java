// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PostgreSQL connection URI (PostgreSQL manual, 34.1.1.2).
 *
 * @param hosts the servers, one of which is the primary
 * @param database database name
 * @param user role
 * @param password password, or empty; see {@link #currentPassword}
 * @param options query parameters, for example {@code sslmode=require}
 * @param passwordFile file with the password, if there is one
 */
public record DatabaseUrl(
    List<HostPort> hosts,
    String database,
    String user,
    String password,
    Map<String, String> options,
    Optional<Path> passwordFile) {

  private static final int DEFAULT_PORT = 5432;
  private static final List<String> TLS_MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
  private static final String ENCODE =
      "; special characters in user and password must be percent-encoded (@ is %40, / is %2F)";

  private static final List<String> TARGETS = List.of("any", "primary", "read-write");

  /**
   * Parses {@code postgresql://user:password@host:port,host:port/database?option=value} as libpq
   * does, except for Unix sockets. Of several hosts, the primary is used.
   *
   * @throws IllegalArgumentException with a message for the operator that never contains the
   *     password
   */
  public static DatabaseUrl parse(String url) {
    int scheme = url.indexOf("://");
    require(
        scheme > 0 && Set.of("postgresql", "postgres").contains(url.substring(0, scheme)),
        "must start with postgresql://");
    String rest = url.substring(scheme + 3);
    int question = rest.indexOf('?');
    Map<String, String> options = options(question < 0 ? null : rest.substring(question + 1));
    checkTls(options);
    checkTarget(options);
    String location = question < 0 ? rest : rest.substring(0, question);
    int slash = location.indexOf('/');
    String authority = slash < 0 ? location : location.substring(0, slash);
    int at = authority.indexOf('@');
    require(at == authority.lastIndexOf('@'), "has more than one @ before the database" + ENCODE);
    require(at > 0, "has no user" + (authority.contains(":") ? ENCODE : ""));
    List<HostPort> hosts = hosts(authority.substring(at + 1));
    require(
        slash >= 0 && slash + 1 < location.length(),
        "has no database: postgresql://user:password@host:port/database");
    String userInfo = authority.substring(0, at);
    int colon = userInfo.indexOf(':');
    String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    return new DatabaseUrl(
        hosts,
        decode(location.substring(slash + 1)),
        decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
        options.getOrDefault("password", password),
        options,
        Optional.empty());
  }

  private static void checkTarget(Map<String, String> options) {
    String target = options.getOrDefault("target_session_attrs", "any");
    require(
        TARGETS.contains(target),
        "has target_session_attrs=" + target + ", but the aggregator needs the primary");
  }

  private static List<HostPort> hosts(String text) {
    return Stream.of(text.split(",", -1)).map(DatabaseUrl::address).toList();
  }

  private static void checkTls(Map<String, String> options) {
    String mode = options.getOrDefault("sslmode", "prefer");
    require(TLS_MODES.contains(mode), "has sslmode=" + mode + ", which is none of " + TLS_MODES);
    require(
        !mode.startsWith("verify") || options.containsKey("sslrootcert"),
        "has sslmode="
            + mode
            + " without sslrootcert: give a PEM file, or system for the certificates of the JVM");
    require(
        options.containsKey("sslcert") == options.containsKey("sslkey"),
        "has only one of sslcert and sslkey");
  }

  private static HostPort address(String text) {
    require(!text.startsWith(":"), "has no host");
    int end = text.startsWith("[") ? text.indexOf(']') : text.indexOf(':') - 1;
    require(!text.startsWith("[") || end > 0, "has an IPv6 address without ]");
    String host = decode(end < 0 ? text : text.substring(0, end + 1));
    String port = end < 0 ? "" : text.substring(end + 1);
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    require(
        !host.isEmpty() && !host.startsWith("/") && !host.startsWith("@"),
        "has no host; Unix sockets are not supported, use 127.0.0.1");
    require(
        port.isEmpty() || port.matches(":[0-9]{0,5}"), "has a port that is not a number" + ENCODE);
    int number = port.length() < 2 ? DEFAULT_PORT : Integer.parseInt(port.substring(1));
    require(number > 0 && number < 65_536, "has a port that is not 1 to 65535");
    return new HostPort(host, number);
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

  /**
   * The same URL with the password in a file, which is read again for every connection.
   *
   * @throws IllegalArgumentException if the file cannot be read, or every user can read it
   */
  public DatabaseUrl withPasswordFile(Path file) {
    return new DatabaseUrl(
        hosts, database, user, SecretFile.read(file), options, Optional.of(file));
  }

  /** The same database as another user, with a password that does not change. */
  public DatabaseUrl withUser(String name, String itsPassword) {
    return new DatabaseUrl(hosts, database, name, itsPassword, options, Optional.empty());
  }

  /** The hosts with their ports, separated by commas, as in the URL. */
  public String authority() {
    return hosts.stream().map(HostPort::toString).collect(Collectors.joining(","));
  }

  /** The password for a new connection: of the file, as it is now, if there is one. */
  public String currentPassword() {
    try {
      return passwordFile.map(SecretFile::read).orElse(password);
    } catch (IllegalArgumentException e) {
      return password; // being replaced: the server refuses the old one if it is wrong
    }
  }

  /** The URL for logs, without password and options. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + authority() + "/" + database;
  }
}
