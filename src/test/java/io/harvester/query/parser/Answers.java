// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** Queries and what Prometheus answers to them, from the resources beside this class. */
record Answers(String query, String answer, boolean experimental) {
  static Stream<Answers> of(String resource) {
    try (InputStream in = Objects.requireNonNull(Answers.class.getResourceAsStream(resource))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .map(row -> new Answers(plain(row[0]), plain(row[1]), !row[2].isEmpty()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String plain(String escaped) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\') {
        c = escaped.charAt(++i);
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      }
      out.append(c);
    }
    return out.toString();
  }
}
