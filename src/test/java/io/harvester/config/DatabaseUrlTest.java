// SPDX-License-Identifier: Apache-2.0
package io.harvester.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs as libpq takes them, or a sentence that says what is not supported. */
class DatabaseUrlTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "'postgresql://u@h1,h2:6/d', 'u@h1:5432,h2:6/d'",
    "'postgresql://u@[::1],h/d?target_session_attrs=primary', 'u@[::1]:5432,h:5432/d'",
    "postgresql://u@h/d, u@h:5432/d",
    "postgres://u@h/d, u@h:5432/d",
    "postgresql://u@h:6/d, u@h:6/d",
    "postgresql://u@h:/d, u@h:5432/d",
    "postgresql://u@[::1]/d, u@[::1]:5432/d",
    "postgresql://u@[fe80::1]:7/d?sslmode=disable, u@[fe80::1]:7/d",
    "postgresql://u@data_base.internal/d, u@data_base.internal:5432/d",
    "postgresql://u:p@-x-/d, u@-x-:5432/d",
    "postgresql://u@h/my%20data%2Fbase, u@h:5432/my data/base",
    "postgresql://u%40x:a%2Fb@h/d, u@x@h:5432/d"
  })
  void a_url_is_taken(String url, String expected) {
    assertEquals("postgresql://" + expected, DatabaseUrl.parse(url).toString());
  }

  @Test
  void an_ipv6_address_is_kept_without_brackets() {
    assertEquals("::1", DatabaseUrl.parse("postgresql://u@[::1]:5/d").hosts().get(0).host());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://u:hush@x@h/d | more than one @ before the database; special characters",
        "postgresql://u:hush/x@h/d | has no user; special characters in user and password",
        "postgresql://u:hu?sh@h/d | has an option without a value",
        "postgresql://u@h/d?sslmode=verify-full | sslmode=verify-full without sslrootcert",
        "postgresql://u@h/d?sslcert=c.pem | only one of sslcert and sslkey",
        "postgresql://u@h1,/d | has no host",
        "postgresql://u@h1,h2:x/d | a port that is not a number",
        "postgresql://u@h/d?target_session_attrs=standby | needs the primary",
        "postgresql://u@%2Fvar%2Frun/d | Unix sockets are not supported",
        "postgresql://u@/d | has no host",
        "postgresql://u@:5432/d | has no host",
        "postgresql://u@h:x/d | a port that is not a number",
        "postgresql://u@h:99999/d | a port that is not 1 to 65535",
        "postgresql://u@[::1/d | an IPv6 address without ]",
        "postgresql://u@h/ | has no database",
        "jdbc:postgresql://u@h/d | must start with postgresql://",
        "u@h/d | must start with postgresql://"
      })
  void a_refused_url_is_explained_without_the_password(String url, String problem) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> DatabaseUrl.parse(url)).getMessage();
    assertTrue(message.contains(problem), message);
    assertFalse(message.contains("hush"), message);
  }

  @Test
  void a_password_file_is_read_again() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "old\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    DatabaseUrl url = DatabaseUrl.parse("postgresql://u@h/d").withPasswordFile(file);
    assertEquals("old", url.currentPassword());
    Files.writeString(file, "new\n");
    assertEquals("new", url.currentPassword());
    Files.delete(file);
    assertEquals("old", url.currentPassword());
  }
}
