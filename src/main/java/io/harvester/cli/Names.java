package io.harvester.cli;

import io.harvester.auth.NodeName;
import io.harvester.auth.NodePattern;
import java.util.ArrayList;
import java.util.List;

/** Checks names and patterns before they reach the database. */
final class Names {
  private Names() {}

  static String node(String name) throws CommandException {
    if (!NodeName.isValid(name)) {
      throw new CommandException("not a node name: " + name + " (" + NodeName.rule() + ")");
    }
    return name;
  }

  static NodePattern pattern(String text) throws CommandException {
    try {
      return new NodePattern(text);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  static List<NodePattern> patterns(List<String> texts) throws CommandException {
    List<NodePattern> patterns = new ArrayList<>();
    for (String text : texts) {
      patterns.add(pattern(text));
    }
    return patterns;
  }
}
