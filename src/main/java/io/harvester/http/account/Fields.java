// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.account;

import io.harvester.auth.NodeName;
import io.harvester.auth.NodePattern;
import io.harvester.config.Values;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of a body. Each method throws {@link BadRequestException}, which names the field. */
record Fields(JsonObject json) {
  /** A text; {@code otherwise} if it is missing. */
  String text(String name, String otherwise) {
    Object value = json.getValue(name);
    if (value == null) {
      if (otherwise == null) {
        throw new BadRequestException("\"" + name + "\" is missing");
      }
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw new BadRequestException("\"" + name + "\" must be a text");
  }

  boolean flag(String name) {
    Object value = json.getValue(name);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new BadRequestException("\"" + name + "\" must be true or false");
  }

  int number(String name, int otherwise, int max) {
    Object value = json.getValue(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer number && number >= 1 && number <= max) {
      return number;
    }
    throw new BadRequestException("\"" + name + "\" must be a number from 1 to " + max);
  }

  String node() {
    String node = text("node", null);
    if (!NodeName.isValid(node)) {
      throw new BadRequestException("\"node\" must be " + NodeName.rule());
    }
    return node;
  }

  NodePattern nodes() {
    String text = text("nodes", "*");
    try {
      return new NodePattern(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("\"nodes\" is " + e.getMessage());
    }
  }

  Duration duration(String name, String otherwise, Duration min, Duration max) {
    String text = text(name, otherwise);
    Duration duration;
    try {
      duration = Values.duration(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("\"" + name + "\" " + e.getMessage());
    }
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new BadRequestException(
          "\"%s\" must be from %d s to %d d, not %s"
              .formatted(name, min.toSeconds(), max.toDays(), text));
    }
    return duration;
  }

  /** A text for each key; null stands for "". */
  Map<String, String> texts(String name) {
    if (!(json.getValue(name) instanceof JsonObject given)) {
      throw new BadRequestException("\"" + name + "\" must be an object");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : given.fieldNames()) {
      Object value = given.getValue(key);
      if (value != null && !(value instanceof String)) {
        throw new BadRequestException("the value of " + key + " must be a text or null");
      }
      texts.put(key, value == null ? "" : (String) value);
    }
    return texts;
  }
}
