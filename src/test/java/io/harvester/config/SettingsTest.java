// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings from command line, environment and properties file. */
class SettingsTest {
  @TempDir private Path folder;

  @Test
  void without_settings_the_defaults_apply() throws Exception {
    Settings settings = load();
    assertEquals(new HostPort("127.0.0.1", 9201), settings.listen());
    assertTrue(settings.database().isEmpty());
    assertEquals(Duration.ofDays(365), settings.storage().retention());
    assertEquals("with default settings", settings.summary());
  }

  @Test
  void the_command_line_overrides_the_environment_which_overrides_the_file() throws Exception {
    Path file = file("HARVESTER_WRITERS=1", "HARVESTER_DECODERS=1", "HARVESTER_NODE_LABEL=a");
    Map<String, String> environment =
        Map.of(
            "HARVESTER_CONFIG", file.toString(),
            "HARVESTER_WRITERS", "2",
            "HARVESTER_DECODERS", "2");
    Settings settings = TestSettings.of(List.of("--writers", "3"), environment);
    assertEquals(3, settings.capacity().writers());
    assertEquals(2, settings.capacity().decoders());
    assertEquals("a", settings.nodeLabel());
  }

  @Test
  void a_config_file_of_the_command_line_overrides_that_of_the_environment() throws Exception {
    Path file = file("HARVESTER_WRITERS=7");
    Settings settings =
        TestSettings.of(List.of("--config=" + file), Map.of("HARVESTER_CONFIG", "/does/not/exist"));
    assertEquals(7, settings.capacity().writers());
  }

  @Test
  void all_problems_are_reported() {
    refused(
        new String[] {"--writers=65", "--retention", "soon", "--log-level=loud"},
        "--writers must be from 0 to 64, not 65",
        "--retention is not a duration such as 30s, 10m, 1h30m or 90d: soon",
        "--log-level must be error, warn, info or debug, not loud");
  }

  @Test
  void listening_beyond_loopback_without_authentication_is_refused() {
    refused(
        new String[] {"--listen=0.0.0.0:9201", "--authentication=optional"},
        "--listen 0.0.0.0:9201 is reachable from other machines without authentication");
  }

  @ParameterizedTest
  @CsvSource({
    "--retension=1d, unknown option --retension (did you mean --retention?)",
    "--writer=1, unknown option --writer (did you mean --writers?)",
    "--nothing-like-it=1, unknown option --nothing-like-it (--help lists all names)",
    "--writers, --writers needs a value",
    "--config, --config needs a value",
    "--config=/does/not/exist, --config: cannot read /does/not/exist",
    "--listen=9201, --listen is not host:port: 9201",
    "--listen=127.0.0.1:70000, 'must be from 0 to 65535, not 70000'",
    "--listen=::1:9201, needs brackets around the IPv6 address",
    "--request-timeout=0, 'must be at least 1s, not 0'",
    "--database-timeout=10ms, 'must be at least 1s, not 10ms'",
    "--shutdown-timeout=0, 'must be at least 1s, not 0'",
    "--retention=99999999999999999999y, must be at most 1000y",
    "--rollup-1h-retention=29d, --rollup-1h-retention 29d is shorter than HARVESTER_ROLLUP_5M_RETENTION 30d",
    "--max-compressed-bytes=2GiB, must be from 1 to 1073741824 bytes",
    "--max-compressed-bytes=9999999999999999G, --max-compressed-bytes",
    "--max-bytes-in-flight=95%, 'must be from 1 to 90, not 95'",
    "--chunk-interval=30s, 'must be at least 1m, not 30s'",
    "--node-label=, --node-label must not be empty",
    "--insecure-without-authentication=perhaps, 'must be true or false, not perhaps'",
    "--database-url=mysql://u@h/d, --database-url must start with postgresql://",
    "--database-url=postgresql://u@h, has no database",
    "--database-url=postgresql://h/d, has no user",
  })
  void an_invalid_setting_is_reported_with_the_reason(String argument, String message) {
    refused(new String[] {argument}, message);
  }

  @Test
  void an_unknown_name_is_reported_with_its_source() throws Exception {
    Path file = file("HARVESTER_WRITTERS=1");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                TestSettings.of(
                    List.of("--config=" + file),
                    Map.of("HARVESTER_LISTN", "x", "HARVESTER_TEST_ANYTHING", "x")));
    assertTrue(e.getMessage().contains("HARVESTER_LISTN (environment) (did you mean"));
    assertTrue(e.getMessage().contains("HARVESTER_WRITTERS (" + file + ") (did you mean"));
    assertFalse(e.getMessage().contains("HARVESTER_TEST_ANYTHING"));
  }

  @ParameterizedTest
  @CsvSource({
    "listen, HARVESTER_LISTEN",
    "LISTEN, HARVESTER_LISTEN",
    "harvester.listen, HARVESTER_LISTEN",
    "--listen, HARVESTER_LISTEN",
    "harvester_tls_certficate, HARVESTER_TLS_CERTIFICATE",
    "max-future, HARVESTER_MAX_FUTURE"
  })
  void a_name_in_another_style_is_recognised(String given, String meant) throws Exception {
    refused(
        new String[] {"--config=" + file(given + "=1")},
        "unknown setting " + given + " (" + folder.resolve("harvester.properties") + ")",
        "(did you mean " + meant + "?)");
  }

  @Test
  void an_environment_variable_in_lower_case_is_reported() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TestSettings.of(List.of(), Map.of("harvester_listen", ":9201")));
    assertTrue(
        e.getMessage()
            .contains(
                "unknown setting harvester_listen (environment) (did you mean HARVESTER_LISTEN?)"),
        e.getMessage());
  }

  @Test
  void a_switch_needs_no_value() throws Exception {
    Settings settings = load("--insecure-without-authentication", "--listen=:9201");
    assertEquals("0.0.0.0", settings.listen().host());
  }

  @Test
  void an_ipv6_address_has_brackets() throws Exception {
    assertEquals(new HostPort("::1", 9201), load("--listen=[::1]:9201").listen());
    assertEquals("[::1]:9201", load("--listen=[::1]:9201").listen().toString());
  }

  @Test
  void a_database_url_is_parsed() throws Exception {
    DatabaseUrl url =
        load("--database-url=postgresql://me%40x:p%3Aw+d@db.example/data?sslmode=require")
            .database()
            .orElseThrow();
    assertEquals("me@x", url.user());
    assertEquals("p:w+d", url.password());
    assertEquals("db.example:5432", url.authority());
    assertEquals("data", url.database());
    assertEquals(Map.of("sslmode", "require"), url.options());
  }

  @Test
  void a_password_file_overrides_the_password() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    DatabaseUrl url =
        load("--database-url=postgresql://u@h/d", "--database-password-file=" + secret)
            .database()
            .orElseThrow();
    assertEquals("s3cret", url.password());
    refused(
        new String[] {"--database-url=postgresql://u@h/d", "--database-password-file=/no/such"},
        "--database-password-file cannot be read: /no/such");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:hush@h/d",
    "postgresql://u:hush@h:1/d?sslmode=require",
    "postgresql://u@h/d?password=hush&sslmode=require",
    "postgresql://u@h/d?sslmode=require&sslpassword=hush"
  })
  void a_password_is_never_printed(String url) throws Exception {
    Settings settings = load("--database-url=" + url);
    assertFalse(settings.summary().contains("hush"), settings.summary());
    assertFalse(settings.database().orElseThrow().toString().contains("hush"));
    refused(new String[] {"--database-url=" + url, "--writers=65"}, "--writers");
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void every_default_is_valid_and_has_a_meaning(Setting setting) throws Exception {
    load(setting.flag() + "=" + setting.defaultValue());
    assertFalse(setting.meaning().isBlank());
  }

  private static Settings load(String... arguments) {
    return TestSettings.of(arguments);
  }

  private static void refused(String[] arguments, String... fragments) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> load(arguments)).getMessage();
    for (String fragment : fragments) {
      assertTrue(message.contains(fragment), message);
    }
    assertFalse(message.contains("hush"), message);
    assertEquals(2, message.lines().count(), message); // all problems, then where to find help
  }

  private Path file(String... lines) throws Exception {
    return Files.write(folder.resolve("harvester.properties"), List.of(lines));
  }
}
