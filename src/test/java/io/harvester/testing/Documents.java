// SPDX-License-Identifier: Apache-2.0
package io.harvester.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown documents of the repository, and the code blocks in them. */
public final class Documents {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  private Documents() {}

  /** A fenced block. */
  public record Block(Path document, String language, String text) {
    /** Its commands: continued lines joined, comments and empty lines removed. */
    public List<String> commands() {
      return text.replaceAll("\\\\\\n\\s*", "")
          .lines()
          .map(line -> line.replaceAll("(^|\\s)#\\s.*$", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }

    @Override
    public String toString() {
      return document + ": " + text.lines().findFirst().orElse("");
    }
  }

  /** Every document that people read. */
  public static List<Path> all() {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of(".", "docs", "harvester-ansible")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** The text of a document. */
  public static String text(Path document) {
    try {
      return Files.readString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of all documents in one language, such as {@code sql}. */
  public static List<Block> blocks(String language) {
    List<Block> found = new ArrayList<>();
    for (Path document : all()) {
      Matcher block = BLOCK.matcher(text(document));
      while (block.find()) {
        if (block.group(1).equals(language)) {
          found.add(new Block(document, language, block.group(2)));
        }
      }
    }
    return found;
  }
}
