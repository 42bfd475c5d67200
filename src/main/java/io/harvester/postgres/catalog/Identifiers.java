package io.harvester.postgres.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of metrics and labels as SQL identifiers: any UTF-8, but 63 bytes at most. */
final class Identifiers {
  /** NAMEDATALEN - 1 (PostgreSQL manual, "Identifiers and Key Words"). */
  private static final int MAX_BYTES = 63;

  private static final int HASH_DIGITS = 8;
  private static final Pattern HASHED = Pattern.compile("_[0-9a-f]{8}$");

  private Identifiers() {}

  /**
   * The name itself if it fits; else its beginning and a hash that tells it from its like. A name
   * that looks like one made so is hashed too: it might be the very one that another name gets.
   */
  static String fit(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    boolean looksHashed = bytes > MAX_BYTES - 4 && HASHED.matcher(name).find();
    if (bytes <= MAX_BYTES && !looksHashed) {
      return name;
    }
    int keep = name.length();
    while (name.substring(0, keep).getBytes(StandardCharsets.UTF_8).length
        > MAX_BYTES - HASH_DIGITS - 1) {
      keep = name.offsetByCodePoints(keep, -1);
    }
    return name.substring(0, keep) + "_" + hash(name);
  }

  /** Quoted for a statement. */
  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A string literal. */
  static String literal(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  /**
   * The column of each label, in the order given. A label called like a column of ours, or like an
   * earlier column, gets {@code label_} in front, as often as it takes.
   */
  static List<String> columns(List<String> labels, Set<String> ownColumns) {
    Set<String> taken = new HashSet<>(ownColumns);
    return labels.stream()
        .map(
            label ->
                Stream.iterate(label, name -> "label_" + name)
                    .map(Identifiers::fit)
                    .filter(taken::add)
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
