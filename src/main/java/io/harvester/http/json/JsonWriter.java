// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.json;

import io.harvester.query.text.GoNumber;
import io.harvester.query.value.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Writes JSON as Prometheus does, to the byte: Go's encoders escape {@code <}, {@code >} and {@code
 * &} in texts, but not in label sets.
 */
public final class JsonWriter {
  private static final int FLUSH_CHARS = 16 * 1024;
  private static final String HEX = "0123456789abcdef";

  private final OutputStream out;
  private final StringBuilder text = new StringBuilder(FLUSH_CHARS + 1024);

  /** Writes to a stream. */
  public JsonWriter(OutputStream out) {
    this.out = out;
  }

  /** Appends syntax, or a text that needs no escapes. */
  public JsonWriter raw(String json) throws IOException {
    text.append(json);
    return flushIfLong();
  }

  /** Appends syntax. */
  public JsonWriter raw(char json) {
    text.append(json);
    return this;
  }

  /** A whole number. */
  public JsonWriter number(long value) {
    text.append(value);
    return this;
  }

  /** A time in ms as seconds. */
  public JsonWriter time(long millis) {
    long positive = Math.abs(millis);
    if (millis < 0) {
      text.append('-');
    }
    text.append(positive / 1000);
    long fraction = positive % 1000;
    if (fraction != 0) {
      text.append('.').append(fraction < 100 ? "0" : "").append(fraction < 10 ? "0" : "");
      text.append(fraction);
    }
    return this;
  }

  /** A value of a sample, which is a text. */
  public JsonWriter value(double value) throws IOException {
    text.append('"');
    GoNumber.appendJson(value, text);
    text.append('"');
    return flushIfLong();
  }

  /** A text as a JSON string. */
  public static String quoted(String value) {
    JsonWriter json = new JsonWriter(OutputStream.nullOutputStream());
    json.append(value, true);
    return json.text.toString();
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
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && c < 0x80) {
        if (escapesHtml && (c == '<' || c == '>' || c == '&')) {
          unicode(c);
        } else {
          text.append(c);
        }
      } else {
        escape(c);
      }
    }
    text.append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case '\u2028' -> text.append("\\u2028");
      case '\u2029' -> text.append("\\u2029");
      default -> {
        if (c < ' ') {
          unicode(c);
        } else {
          text.append(c);
        }
      }
    }
  }

  private void unicode(char c) {
    text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
  }

  private JsonWriter flushIfLong() throws IOException {
    if (text.length() >= FLUSH_CHARS) {
      flush();
    }
    return this;
  }

  /** Passes on what is buffered. */
  public void flush() throws IOException {
    // A pair of surrogates is appended by one call each: none may be cut.
    int end = text.length();
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    out.write(text.substring(0, end).getBytes(StandardCharsets.UTF_8));
    text.delete(0, end);
  }
}
