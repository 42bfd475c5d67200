package io.harvester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmOptionsTest {
  private static final List<String> COMMAND =
      List.of("java", "-Xmx1g", "-jar", "aggregator.jar", "--node-label=@x UseG1GC");

  @Test
  void options_stand_before_those_that_were_given() {
    List<String> expected = new ArrayList<>(List.of("java"));
    expected.addAll(JvmOptions.OPTIONS);
    expected.addAll(COMMAND.subList(1, COMMAND.size()));
    assertEquals(expected, JvmOptions.with(COMMAND));
    assertTrue(JvmOptions.isOpen(COMMAND, Map.of("JAVA_TOOL_OPTIONS", "-Xss1m -Dx=y")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseG1GC",
        "-XX:+UseZGC",
        "-XX:+UseSerialGC",
        "@java.options",
        "-javaagent:agent.jar",
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n",
        "-Xrunjdwp:transport=dt_socket"
      })
  void a_choice_that_was_made_stays(String option) {
    List<String> command = new ArrayList<>(COMMAND);
    command.add(1, option);
    assertFalse(JvmOptions.isOpen(command, Map.of()));
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      assertFalse(JvmOptions.isOpen(COMMAND, Map.of(variable, "-Xss1m " + option)));
    }
  }
}
