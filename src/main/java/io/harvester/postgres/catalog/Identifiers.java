// SPDX-License-Identifier: Apache-2.0
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

/** Turns names of metrics and labels, which are any UTF-8, into SQL identifiers of 63 bytes. */
final class Identifiers {
  /** NAMEDATALEN - 1 (PostgreSQL manual, "Identifiers and Key Words"). */
  private static final int MAX_BYTES = 63;

  private static final int HASH_DIGITS = 8;
  private static final Pattern HASHED = Pattern.compile("_[0-9a-f]{8}$");

  private Identifiers() {}

  /**
   * The name itself if it fits; otherwise its start and a hash of the whole name. A name that ends
   * like such a hash is hashed, too: another name might be shortened to exactly this one.
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

  /** The identifier in double quotes, escaped. */
  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** The text as a string literal. */
  static String literal(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  /**
   * The column names of labels, in the same order. A label with the name of a reserved or an
   * earlier column is prefixed with {@code label_} until its name is unique.
   *
   * @param reserved names of columns that are no labels
   */
  static List<String> columns(List<String> labels, Set<String> reserved) {
    Set<String> taken = new HashSet<>(reserved);
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
