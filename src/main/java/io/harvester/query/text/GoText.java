// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Texts as Go writes, reads and sorts them: errors, warnings and printed queries show them. */
public final class GoText {
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b";
  private static final String LETTERS = "abfnrtv";

  /**
   * A text of Go holds any bytes. A byte that is not part of UTF-8 becomes the lone surrogate that
   * is so much above this.
   */
  private static final int ESCAPED_BYTE = 0xDC00;

  private GoText() {}

  /** The text in double quotes (strconv.Quote). */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(text, out);
    return out.toString();
  }

  /** Appends the text in double quotes. */
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    text.codePoints().forEach(c -> append(out, c, '"'));
    out.append('"');
  }

  /** The character in single quotes (strconv.QuoteRune). */
  public static String quote(int character) {
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

  /** Whether Go prints the character as it is. */
  public static boolean isPrintable(int c) {
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
  public static String unquote(String literal) {
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
  public static boolean isUtf8(String text) {
    return text.codePoints().noneMatch(c -> c >= ESCAPED_BYTE && c <= ESCAPED_BYTE + 0xff);
  }

  /** Compares as the bytes of UTF-8 do, which Go sorts by. */
  public static int compare(String a, String b) {
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
}
