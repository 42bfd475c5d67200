// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Texts and numbers as Go writes and reads them, which errors and printed queries show. */
final class GoText {
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b";
  private static final String LETTERS = "abfnrtv";

  /**
   * A text of Go holds any bytes. A byte that is not part of UTF-8 becomes the lone surrogate that
   * is so much above this.
   */
  private static final int ESCAPED_BYTE = 0xDC00;

  private GoText() {}

  /** The text in double quotes (strconv.Quote). */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> append(out, c, '"'));
    return out.append('"').toString();
  }

  /** The character in single quotes (strconv.QuoteRune). */
  static String quote(int character) {
    StringBuilder out = new StringBuilder().append('\'');
    append(out, character, '\'');
    return out.append('\'').toString();
  }

  private static void append(StringBuilder out, int c, char quote) {
    int letter = ESCAPED.indexOf(c);
    if (c == quote || c == '\\') {
      out.append('\\').append((char) c);
    } else if (letter >= 0) {
      out.append('\\').append(LETTERS.charAt(letter));
    } else if (c > ESCAPED_BYTE && c <= ESCAPED_BYTE + 0xff) {
      out.append(String.format("\\x%02x", c - ESCAPED_BYTE));
    } else if (isPrintable(c)) {
      out.appendCodePoint(c);
    } else if (c < ' ' || c == 0x7f) {
      out.append(String.format("\\x%02x", c));
    } else {
      out.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
    }
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** The value of a literal that the lexer accepts. */
  static String unquote(String literal) {
    String body = literal.substring(1, literal.length() - 1);
    if (literal.charAt(0) == '`' || body.indexOf('\\') < 0) {
      return body;
    }
    byte[] in = body.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; ) {
      i = in[i] == '\\' ? unescape(in, i + 1, out) : copy(in, i, out);
    }
    return decode(out.toByteArray());
  }

  private static String decode(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (decoder.decode(in, out, true).isError()) {
      out.put((char) (ESCAPED_BYTE + (in.get() & 0xff)));
    }
    return out.flip().toString();
  }

  private static int copy(byte[] in, int i, ByteArrayOutputStream out) {
    out.write(in[i]);
    return i + 1;
  }

  /** Writes the value of the escape whose character after the backslash is at {@code i}. */
  private static int unescape(byte[] in, int i, ByteArrayOutputStream out) {
    char c = (char) in[i];
    int letter = LETTERS.indexOf(c);
    if (letter >= 0) {
      out.write(ESCAPED.charAt(letter));
      return i + 1;
    }
    switch (c) {
      case 'x' -> {
        out.write(number(in, i + 1, 2, 16));
        return i + 3;
      }
      case 'u' -> {
        out.writeBytes(utf8(number(in, i + 1, 4, 16)));
        return i + 5;
      }
      case 'U' -> {
        out.writeBytes(utf8(number(in, i + 1, 8, 16)));
        return i + 9;
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        out.write(number(in, i, 3, 8));
        return i + 3;
      }
      default -> {
        out.write(c);
        return i + 1;
      }
    }
  }

  private static int number(byte[] in, int start, int length, int base) {
    return Integer.parseInt(new String(in, start, length, StandardCharsets.US_ASCII), base);
  }

  private static byte[] utf8(int character) {
    return Character.toString(character).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the text holds no byte that is not part of UTF-8. */
  static boolean isUtf8(String text) {
    return text.codePoints().noneMatch(c -> c >= ESCAPED_BYTE && c <= ESCAPED_BYTE + 0xff);
  }

  /** Compares as the bytes of UTF-8 do, which Go sorts by. */
  static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      if (a.charAt(i) != b.charAt(i)) {
        return Integer.compare(rank(a.charAt(i)), rank(b.charAt(i)));
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** Characters beyond the first 65,536 come last, though their surrogates do not. */
  private static int rank(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }

  /** The shortest decimal that reads back as the same number, without exponent. */
  static String shortest(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == (long) value && Math.abs(value) < 1e15) {
      return (value == 0 && 1 / value < 0 ? "-" : "") + (long) value;
    }
    BigDecimal exact = new BigDecimal(value);
    int low = 1;
    int high = 17;
    while (low < high) {
      int digits = (low + high) / 2;
      if (rounded(exact, digits).doubleValue() == value) {
        high = digits;
      } else {
        low = digits + 1;
      }
    }
    BigDecimal decimal = rounded(exact, low);
    return (decimal.scale() > 0 ? decimal.stripTrailingZeros() : decimal).toPlainString();
  }

  private static BigDecimal rounded(BigDecimal exact, int digits) {
    return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  /** The number with as many decimals. */
  static String fixed(double value, int decimals) {
    return Double.isNaN(value) || Double.isInfinite(value)
        ? shortest(value)
        : new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
