// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.harvester.testing.TestDatabaseUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL refuses to run as root: another user runs it, wherever the data is. */
class EmbeddedPostgresAsRootIT {
  private static final int DAEMON = 1;
  private static final int NOBODY = 65534;

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void onlyAsRoot() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root");
    data = temp.resolve("data");
    // JUnit creates 0700 folders; most tests here need one that others may pass.
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void a_folder_that_only_root_may_pass_works() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
    assertServedBy("nobody", NOBODY);
  }

  @Test
  void the_user_of_the_setting_runs_it() throws Exception {
    assertServedBy("nobody", NOBODY);
  }

  @Test
  void the_owner_of_the_folder_runs_it_by_default() throws Exception {
    Files.createDirectory(data);
    Files.setAttribute(data, "unix:uid", DAEMON);
    assertServedBy("", DAEMON);
  }

  @Test
  void the_data_changes_its_owner_when_the_user_changes() throws Exception {
    Files.createDirectory(data);
    Files.setAttribute(data, "unix:uid", DAEMON);
    assertServedBy("", DAEMON);
    assertServedBy("nobody", NOBODY);
    assertEquals(NOBODY, Files.getAttribute(data.resolve("pgdata/PG_VERSION"), "unix:uid"));
  }

  @Test
  void an_unknown_user_is_an_error() {
    assertRefused("no-such-user", "HARVESTER_EMBEDDED_USER is no-such-user");
  }

  @Test
  void root_is_an_error() {
    assertRefused("root", "refuses to run as root");
  }

  private void assertServedBy(String user, int uid) throws Exception {
    var options = new EmbeddedPostgres.Options(0, true, user);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, options)) {
      assertEquals(1, new TestDatabaseUrl(postgres.url()).value("SELECT 1"));
      assertEquals(uid, Files.getAttribute(Path.of("/proc/" + postgres.pid()), "unix:uid"));
    }
  }

  private void assertRefused(String user, String message) {
    var options = new EmbeddedPostgres.Options(0, true, user);
    EmbeddedPostgresException refused =
        assertThrows(EmbeddedPostgresException.class, () -> EmbeddedPostgres.start(data, options));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }
}
