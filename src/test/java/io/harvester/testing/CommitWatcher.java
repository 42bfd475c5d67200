// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Recognizes a COMMIT among the frontend messages of one PostgreSQL connection. */
final class CommitWatcher {
  private final Set<String> commitStatements = new HashSet<>();

  /** Whether this message is a COMMIT: a simple query, or the Bind of a prepared COMMIT. */
  boolean commits(char type, byte[] message, int length) {
    return switch (type) {
      case 'Q' -> isCommit(text(message, 0, length));
      case 'P' -> parsed(message, length);
      case 'B' -> commitStatements.contains(text(message, afterText(message, 0, length), length));
      default -> false;
    };
  }

  /** Parse (statement name, query, parameter types): remembers the names of prepared COMMITs. */
  private boolean parsed(byte[] message, int length) {
    String statement = text(message, 0, length);
    if (isCommit(text(message, afterText(message, 0, length), length))) {
      commitStatements.add(statement);
    } else {
      commitStatements.remove(statement);
    }
    return false;
  }

  private static boolean isCommit(String query) {
    String last = query.strip().toUpperCase(Locale.ROOT);
    return last.equals("COMMIT") || last.endsWith("; COMMIT") || last.equals("COMMIT;");
  }

  private static String text(byte[] message, int start, int length) {
    // No COMMIT and no statement name is longer; longer texts are data.
    int limit = Math.min(length, start + 4096);
    int end = start;
    while (end < limit && message[end] != 0) {
      end++;
    }
    return new String(message, start, end - start, StandardCharsets.UTF_8);
  }

  private static int afterText(byte[] message, int start, int length) {
    int end = start;
    while (end < length && message[end] != 0) {
      end++;
    }
    return Math.min(end + 1, length);
  }
}
