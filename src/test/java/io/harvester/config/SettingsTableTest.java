// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documentation lists the settings that the program has. */
class SettingsTableTest {
  private static final Path FILE = Path.of("docs", "settings.md");
  private static final String START = "<!-- settings -->\n";
  private static final String END = "<!-- /settings -->";

  @Test
  void documentation_lists_every_setting() throws IOException {
    String text = Files.readString(FILE);
    int start = text.indexOf(START) + START.length();
    assertEquals(table(), text.substring(start, text.indexOf(END)));
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
