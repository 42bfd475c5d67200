// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import java.nio.charset.StandardCharsets;

/** The bytes of a query and a place in them. */
final class Characters {
  static final int EOF = -1;
  private static final int REPLACEMENT = 0xFFFD;

  private final byte[] query;
  private int start;
  private int at;
  private int width;

  Characters(byte[] query) {
    this.query = query;
  }

  /** Begins a token here. */
  void begin() {
    start = at;
  }

  int next() {
    if (at >= query.length) {
      width = 0;
      return EOF;
    }
    int c = query[at];
    if (c >= 0) {
      width = 1;
      at++;
      return c;
    }
    return nextOfSeveralBytes(c);
  }

  /** The bytes come from a Java text: sequences are complete. */
  private int nextOfSeveralBytes(int first) {
    width = (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
    int c = first & (0xFF >> (width + 1));
    for (int i = 1; i < width; i++) {
      c = c << 6 | (query[at + i] & 0x3F);
    }
    at += width;
    return c;
  }

  /** Takes the last character back. */
  void back() {
    at -= width;
    width = 0;
  }

  int peek() {
    int c = next();
    back();
    return c;
  }

  /** The next character; where none is left, what Go shows for it. */
  int peekShown() {
    int c = peek();
    return c == EOF ? REPLACEMENT : c;
  }

  boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  boolean acceptAny(String characters) {
    int c = peek();
    if (c == EOF || characters.indexOf(c) < 0) {
      return false;
    }
    next();
    return true;
  }

  boolean isNextOf(String characters) {
    int c = peek();
    return c != EOF && characters.indexOf(c) >= 0;
  }

  void skipSpaces() {
    while (isSpace(peek())) {
      at++;
    }
    start = at;
  }

  void skipLine() {
    int c = peek();
    while (c != EOF && c != '\n' && c != '\r') {
      next();
      c = peek();
    }
  }

  void skipWord(boolean colons) {
    int c = peek();
    while (isLetter(c) || isDigit(c) || (colons && c == ':')) {
      at++;
      c = peek();
    }
  }

  String text() {
    return new String(query, start, at - start, StandardCharsets.UTF_8);
  }

  Position position() {
    return new Position(start, at);
  }

  PromqlException error(String problem) {
    return PromqlException.syntax(query, start, problem);
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(int c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
