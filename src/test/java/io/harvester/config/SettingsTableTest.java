// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation lists the settings that the program has. */
class SettingsTableTest {
  private static final Path FILE = Path.of("docs", "settings.md");
  private static final Path EXAMPLE = Path.of("docs", "harvester.properties");
  private static final String START = "<!-- settings -->\n";
  private static final String END = "<!-- /settings -->";

  @TempDir private Path folder;

  @Test
  void documentation_lists_every_setting() throws IOException {
    String text = Files.readString(FILE);
    int start = text.indexOf(START) + START.length();
    assertEquals(table(), text.substring(start, text.indexOf(END)));
  }

  @Test
  void the_example_file_has_every_setting() throws IOException {
    assertEquals(
        ExampleFile.text(),
        Files.readString(EXAMPLE),
        "deploy/harvester generate-config > " + EXAMPLE + " updates it");
  }

  @Test
  void the_example_file_without_its_comment_signs_holds_the_defaults() throws Exception {
    Path file = folder.resolve("harvester.properties");
    Files.writeString(file, ExampleFile.text().replaceAll("(?m)^#(?=HARVESTER_)", ""));
    Settings given = TestSettings.of("--config=" + file);
    for (Setting setting : Setting.values()) {
      assertTrue(
          given.summary().contains(setting.key() + "=" + setting.defaultValue()), given.summary());
    }
  }

  private static String table() {
    return Arrays.stream(Setting.values())
        .map(SettingsTableTest::row)
        .collect(
            Collectors.joining("", "| setting | default | meaning |\n| --- | --- | --- |\n", ""));
  }

  private static String row(Setting setting) {
    String standard = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
    return "| `%s` | %s | %s |\n".formatted(setting.key(), standard, setting.meaning());
  }
}
