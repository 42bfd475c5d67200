// SPDX-License-Identifier: Apache-2.0
package io.harvester.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents: short, with links that lead somewhere, in plain English. */
class DocumentsTest {
  private static final int MAX_README_LINES = 150;
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\((?!https?:|#)([^)#]+)");
  private static final Pattern RIDDLES =
      Pattern.compile(
          "(?i)whoever|so many|is void|made-up|nowhere|rehears|patience"); // words to say plainly

  static List<Path> documents() {
    return Documents.all();
  }

  @Test
  void the_readme_is_short() {
    long lines = Documents.text(Path.of("README.md")).lines().count();
    assertTrue(lines <= MAX_README_LINES, "README.md has " + lines + " lines");
  }

  @Test
  void the_readme_shows_how_other_senders_are_configured() {
    String prometheus = Documents.blocks("yaml").get(0).text();
    String all = Documents.text(Path.of("README.md"));
    for (String part :
        List.of(
            "external_labels: {node: lab-01}",
            "target_label: exported_node",
            "authorization: {credentials_file: ",
            "# protobuf_message: io.prometheus.write.v2.Request")) { // Prometheus 2 refuses the key
      assertTrue(prometheus.contains(part), prometheus);
    }
    assertTrue(all.contains("non_retryable_statuscodes = "));
    assertTrue(all.contains("Native histograms with custom buckets need remote_write 2.0"));
  }

  @Test
  void the_readme_says_what_the_installer_does_before_it_is_run() {
    String text = Documents.text(Path.of("README.md"));
    int command = text.indexOf("sudo deploy/install_harvester.sh");
    int desktop = text.indexOf("a desktop in the browser");
    assertTrue(desktop > 0 && desktop < command, "the desktop comes first");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void links_lead_to_files(Path document) {
    List<String> broken = new ArrayList<>();
    Matcher link = LINK.matcher(Documents.text(document));
    while (link.find()) {
      if (!Files.exists(document.resolveSibling(link.group(1)))) {
        broken.add(link.group(1));
      }
    }
    assertEquals(List.of(), broken, document.toString());
  }

  @Test
  void sources_and_documents_use_plain_words() throws IOException {
    List<String> found = new ArrayList<>();
    for (String place : List.of("src/main", "sql", "deploy", "docs", "README.md", "SECURITY.md")) {
      try (Stream<Path> files = Files.walk(Path.of(place))) {
        for (Path file : files.filter(DocumentsTest::isText).toList()) {
          Files.readAllLines(file).stream()
              .filter(line -> RIDDLES.matcher(line).find())
              .forEach(line -> found.add(file + ": " + line.strip()));
        }
      }
    }
    assertEquals(List.of(), found);
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file)
        && !file.toString().contains("/node_modules/")
        && file.toString().matches(".*\\.(java|sql|sh|md|py|xml|properties|txt|tsx?|css|html)");
  }
}
