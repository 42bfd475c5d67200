// SPDX-License-Identifier: Apache-2.0
package io.harvester.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every alert is explained and tested. {@code deploy/alerts/test.sh} tests what they do. */
class AlertsTest {
  private static final Path RULES = Path.of("deploy", "alerts");
  private static final List<String> PARTS = List.of("Meaning", "Impact", "Diagnosis", "Mitigation");

  @Test
  void every_alert_has_a_section_of_four_parts_and_no_other_section_has_them() throws IOException {
    Set<String> alerts = new TreeSet<>(found("nodes.yml", "- alert: (\\w+)"));
    alerts.addAll(found("aggregator.yml", "- alert: (\\w+)"));
    String page = Files.readString(Path.of("docs", "alerts.md"));
    Set<String> explained = new TreeSet<>();
    for (String section : page.split("\n## ", -1)) {
      List<String> parts = all(section, "\n\\* \\*\\*(\\w+)\\*\\*: \\S").toList();
      if (!parts.isEmpty()) {
        assertEquals(PARTS, parts, section);
        explained.add(section.lines().findFirst().orElseThrow());
      }
    }
    assertEquals(alerts, explained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nodes.yml", "aggregator.yml"})
  void every_alert_fires_in_a_test_and_names_its_section(String file) throws IOException {
    List<String> alerts = found(file, "- alert: (\\w+)");
    assertTrue(alerts.size() > 5, alerts::toString);
    assertEquals(
        alerts.stream().map(alert -> alert.toLowerCase(Locale.ROOT)).toList(),
        found(file, "runbook: docs/alerts\\.md#(\\w+)"));
    assertEquals(
        new TreeSet<>(alerts),
        new TreeSet<>(
            found(
                "tests/" + file,
                "- alertname: (\\w+)\\s+eval_time: \\w+\\s+exp_alerts:\\s+- exp")));
  }

  private static List<String> found(String file, String pattern) throws IOException {
    return all(Files.readString(RULES.resolve(file)), pattern).toList();
  }

  private static Stream<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(result -> result.group(1));
  }
}
