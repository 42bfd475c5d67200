// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import io.harvester.query.text.GoNumber;
import io.harvester.query.value.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * Writes JSON as Prometheus does, to the byte: Go's encoders escape {@code <}, {@code >} and {@code
 * &} in texts, but not in label sets.
 */
public final class JsonWriter {
  private static final int FLUSH_BYTES = 16 * 1024;
  private static final int SLACK = 1024;
  private static final String HEX = "0123456789abcdef";

  private final OutputStream out;
  private byte[] bytes = new byte[FLUSH_BYTES + SLACK];
  private int size;

  /** Writes to a stream. */
  public JsonWriter(OutputStream out) {
    this.out = out;
  }

  /** Appends syntax, or a text that needs no escapes. */
  public JsonWriter raw(String json) throws IOException {
    put(json);
    return flushIfLong();
  }

  /** Appends syntax. */
  public JsonWriter raw(char json) {
    reserve(1);
    bytes[size++] = (byte) json;
    return this;
  }

  /** A whole number. */
  public JsonWriter number(long value) {
    put(Long.toString(value));
    return this;
  }

  /** A time in ms as seconds. */
  public JsonWriter time(long millis) {
    reserve(SLACK);
    long positive = Math.abs(millis);
    if (millis < 0) {
      bytes[size++] = '-';
    }
    size = GoNumber.putWhole(positive / 1000, bytes, size);
    int fraction = (int) (positive % 1000);
    if (fraction != 0) {
      bytes[size++] = '.';
      bytes[size++] = (byte) ('0' + fraction / 100);
      bytes[size++] = (byte) ('0' + fraction / 10 % 10);
      bytes[size++] = (byte) ('0' + fraction % 10);
    }
    return this;
  }

  /** A number that may have decimals. */
  public JsonWriter decimal(double value) {
    reserve(SLACK);
    size = GoNumber.putJson(value, bytes, size);
    return this;
  }

  /** A value of a sample, which is a text. */
  public JsonWriter value(double value) throws IOException {
    raw('"').decimal(value).raw('"');
    return flushIfLong();
  }

  /** A text as a JSON string. */
  public static String quoted(String value) {
    JsonWriter json = new JsonWriter(OutputStream.nullOutputStream());
    json.append(value, true);
    return new String(json.bytes, 0, json.size, StandardCharsets.UTF_8);
  }

  /** A text. */
  public JsonWriter string(String value) throws IOException {
    return string(value, true);
  }

  /** Texts in an array. */
  public JsonWriter strings(Collection<String> values) throws IOException {
    raw('[');
    boolean first = true;
    for (String value : values) {
      if (!first) {
        raw(',');
      }
      first = false;
      string(value);
    }
    return raw(']');
  }

  /** A label set. */
  public JsonWriter labels(Labels labels) throws IOException {
    raw('{');
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      string(labels.name(i), false).raw(':').string(labels.value(i), false);
    }
    return raw('}');
  }

  private JsonWriter string(String value, boolean escapesHtml) throws IOException {
    append(value, escapesHtml);
    return flushIfLong();
  }

  private void append(String value, boolean escapesHtml) {
    raw('"');
    int length = value.length();
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        int end = i + 1;
        while (end < length && value.charAt(end) >= 0x80) {
          end++;
        }
        wide(value, i, end);
        i = end - 1;
      } else if (c < ' ' || c == '"' || c == '\\') {
        escape(c);
      } else if (escapesHtml && (c == '<' || c == '>' || c == '&')) {
        unicode(c);
      } else {
        raw(c);
      }
    }
    raw('"');
  }

  /** Characters beyond ASCII; JavaScript takes two of them for ends of lines. */
  private void wide(String value, int start, int end) {
    put(value.substring(start, end).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"));
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> put("\\\"");
      case '\\' -> put("\\\\");
      case '\n' -> put("\\n");
      case '\r' -> put("\\r");
      case '\t' -> put("\\t");
      default -> unicode(c);
    }
  }

  private void unicode(char c) {
    put("\\u00");
    raw(HEX.charAt(c >> 4));
    raw(HEX.charAt(c & 15));
  }

  private void put(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    reserve(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }

  private JsonWriter flushIfLong() throws IOException {
    if (size >= FLUSH_BYTES) {
      flush();
    }
    return this;
  }

  /** Passes on what is buffered. */
  public void flush() throws IOException {
    out.write(bytes, 0, size);
    size = 0;
  }
}
