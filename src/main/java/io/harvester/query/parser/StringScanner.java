// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.PromqlException;
import io.harvester.query.text.GoText;

/** Finds the end of a text in quotes. */
final class StringScanner {
  private static final int REPLACEMENT = 0xFFFD;
  private static final int MAX_BYTE = 255;

  private StringScanner() {}

  /** Reads up to the closing quote; the opening one is read. */
  static void scan(Characters in, int quote) throws PromqlException {
    boolean raw = quote == '`';
    while (true) {
      int c = in.next();
      if (c == quote) {
        return;
      }
      if (c == REPLACEMENT) {
        throw in.error("invalid UTF-8 rune");
      }
      if (c == Characters.EOF || (c == '\n' && !raw)) {
        throw in.error(raw ? "unterminated raw string" : "unterminated quoted string");
      }
      if (c == '\\' && !raw) {
        escape(in, quote);
      }
    }
  }

  private static void escape(Characters in, int quote) throws PromqlException {
    int c = in.next();
    if (c == quote || (c != Characters.EOF && "abfnrtv\\".indexOf(c) >= 0)) {
      return;
    }
    switch (c) {
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        in.back();
        code(in, 3, 8, MAX_BYTE);
        return;
      }
      case 'x' -> {
        code(in, 2, 16, MAX_BYTE);
        return;
      }
      case 'u' -> {
        code(in, 4, 16, Character.MAX_CODE_POINT);
        return;
      }
      case 'U' -> {
        code(in, 8, 16, Character.MAX_CODE_POINT);
        return;
      }
      case Characters.EOF -> {
        throw in.error("escape sequence not terminated");
      }
      default -> {
        throw in.error("unknown escape sequence " + shown(c));
      }
    }
  }

  private static void code(Characters in, int digits, int base, int max) throws PromqlException {
    long code = 0;
    for (int i = 0; i < digits; i++) {
      int c = in.next();
      if (c == Characters.EOF) {
        throw in.error("escape sequence not terminated");
      }
      int digit = c < 0x80 ? Character.digit(c, base) : -1;
      if (digit < 0) {
        throw in.error("illegal character " + shown(c) + " in escape sequence");
      }
      code = code * base + digit;
    }
    if (code > max || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
      throw in.error("escape sequence is an invalid Unicode code point");
    }
  }

  private static String shown(int c) {
    String code = String.format("U+%04X", c);
    return GoText.isPrintable(c) ? code + " '" + Character.toString(c) + "'" : code;
  }
}
