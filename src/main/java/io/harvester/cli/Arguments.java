// SPDX-License-Identifier: Apache-2.0
package io.harvester.cli;

import io.harvester.auth.NodeName;
import io.harvester.auth.NodePattern;
import io.harvester.config.Values;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Arguments that several commands have. A converter throws {@link IllegalArgumentException} with a
 * message that continues the name of the argument.
 */
final class Arguments {
  private Arguments() {}

  /** The node that a command is about. */
  static PositionalParamSpec node() {
    return name("the node");
  }

  /** A name that follows the rules of node names. */
  static PositionalParamSpec name(String description) {
    return PositionalParamSpec.builder()
        .index("0")
        .required(true)
        .type(String.class)
        .converters(Arguments::nodeName)
        .paramLabel("NAME")
        .description(description)
        .build();
  }

  private static String nodeName(String text) {
    if (!NodeName.isValid(text)) {
      throw new IllegalArgumentException(
          "is not a node name: " + text + " (" + NodeName.rule() + ")");
    }
    return text;
  }

  /** Starts an option whose value is a node name, or a prefix followed by a star. */
  static OptionSpec.Builder pattern(String name) {
    return OptionSpec.builder(name)
        .type(NodePattern.class)
        .converters(Arguments::nodePattern)
        .paramLabel("PATTERN");
  }

  private static NodePattern nodePattern(String text) {
    try {
      return new NodePattern(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "is not a node name, nor a prefix followed by *: " + text, e);
    }
  }

  /** Starts an option whose value is a number from 1 to a maximum. */
  static OptionSpec.Builder number(String name, int max) {
    return OptionSpec.builder(name)
        .type(Integer.class)
        .converters(text -> (int) Values.number(text, 1, max))
        .paramLabel("N");
  }
}
