package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README says of the settings is what the program has. */
class ReadmeTest {
  private static final String START = "<!-- settings -->\n";
  private static final String END = "<!-- /settings -->";

  @Test
  void readme_lists_every_setting() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf(START) + START.length();
    assertEquals(table(), readme.substring(start, readme.indexOf(END)));
  }

  private static String table() {
    return Arrays.stream(Setting.values())
        .map(ReadmeTest::row)
        .collect(
            Collectors.joining("", "| setting | default | meaning |\n| --- | --- | --- |\n", ""));
  }

  private static String row(Setting setting) {
    String standard = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
    return "| `%s` | %s | %s |\n".formatted(setting.key(), standard, setting.meaning());
  }
}
