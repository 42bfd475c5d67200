// SPDX-License-Identifier: Apache-2.0
package io.harvester.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.testing.TestDatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server and its data folder, as their user sees them. */
class EmbeddedPostgresIT {
  private static final EmbeddedPostgres.Options ANY_PORT =
      new EmbeddedPostgres.Options(0, true, "");

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void makeFolder() throws Exception {
    data = DataFolders.unused(temp);
  }

  @Test
  void a_cluster_without_the_role_of_readers_gets_it() throws Exception {
    try (EmbeddedPostgres first = start()) { // a cluster of an earlier release
      new TestDatabaseUrl(first.superuserUrl()).execute("DROP ROLE harvester_reader");
    }
    try (EmbeddedPostgres second = start()) {
      assertEquals(true, value(second, "SELECT to_regrole('harvester_reader') IS NOT NULL"));
    }
  }

  @Test
  void readers_see_what_any_role_creates_except_credentials() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      new TestDatabaseUrl(postgres.url()).execute("CREATE SCHEMA metric; CREATE SCHEMA harvester");
      TestDatabaseUrl superuser =
          new TestDatabaseUrl(postgres.superuserUrl()).withDatabase("harvester");
      superuser.execute("CREATE VIEW metric.by_hand AS SELECT 1 AS x");
      List<String> secret =
          List.of("node_credential", "enrol_key", "reader", "account", "account_session");
      for (String table : secret) {
        superuser.execute("CREATE TABLE harvester." + table + " (hash bytea)");
      }
      new TestDatabaseUrl(postgres.url()).execute("CREATE TABLE public.other (x int)");
      String mayRead = "SELECT has_table_privilege('harvester_reader', '%s', 'SELECT')";
      assertEquals(true, superuser.value(mayRead.formatted("metric.by_hand")));
      for (String table : secret) {
        assertEquals(false, superuser.value(mayRead.formatted("harvester." + table)), table);
      }
      assertEquals(false, superuser.value(mayRead.formatted("public.other")));
    }
  }

  @Test
  void data_survives_a_restart() throws Exception {
    try (EmbeddedPostgres first = start()) {
      new TestDatabaseUrl(first.url()).execute("CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (EmbeddedPostgres second = start()) {
      assertEquals(42, value(second, "SELECT answer FROM kept"));
    }
  }

  @Test
  void the_role_owns_its_database_and_is_no_superuser() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      assertEquals(
          false, value(postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
      assertEquals(
          "harvester",
          value(
              postgres,
              "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname ="
                  + " current_database()"));
      assertEquals("UTF8", value(postgres, "SHOW server_encoding"));
      assertEquals("on", value(postgres, "SHOW synchronous_commit"));
    }
  }

  @Test
  void a_wrong_password_is_refused() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      var url = new TestDatabaseUrl(postgres.url().replaceFirst(":[0-9a-f]{40}@", ":wrong@"));
      SQLException refused = assertThrows(SQLException.class, () -> url.value("SELECT 1"));
      assertEquals("28P01", refused.getSQLState());
    }
  }

  @Test
  void the_url_is_in_a_private_file_while_the_server_runs() throws Exception {
    Path url = data.resolve("url");
    try (EmbeddedPostgres postgres = start()) {
      assertEquals(postgres.url(), Files.readString(url).strip());
      for (String secret : new String[] {"url", "password", "password.postgres"}) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(secret))));
      }
      assertFalse(postgres.describe().contains(Files.readString(data.resolve("password")).strip()));
    }
    assertFalse(Files.exists(url));
  }

  @Test
  void a_folder_in_use_is_refused_with_the_pid_of_its_user() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      assertRefused(
          "is in use by another Harvester (pid %d)".formatted(ProcessHandle.current().pid()),
          "HARVESTER_DATA_DIR");
      assertEquals(1, value(postgres, "SELECT 1"));
    }
  }

  @Test
  void a_folder_in_use_by_another_process_is_refused_with_its_pid() throws Exception {
    try (OtherJvm other = OtherJvm.serving(data)) {
      assertRefused("is in use by another Harvester (pid %d)".formatted(other.pid()));
    }
  }

  @Test
  void a_default_port_that_is_taken_is_replaced() throws Exception {
    try (ServerSocket taken = listener()) {
      var options = new EmbeddedPostgres.Options(taken.getLocalPort(), true, "");
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, options)) {
        assertEquals(1, value(postgres, "SELECT 1"));
      }
    }
  }

  @Test
  void a_wanted_port_that_is_taken_is_an_error() throws Exception {
    try (ServerSocket taken = listener()) {
      var options = new EmbeddedPostgres.Options(taken.getLocalPort(), false, "");
      EmbeddedPostgresException refused =
          assertThrows(
              EmbeddedPostgresException.class, () -> EmbeddedPostgres.start(data, options));
      assertMentions(refused, "127.0.0.1:" + taken.getLocalPort(), "HARVESTER_EMBEDDED_PORT");
    }
  }

  @Test
  void data_of_another_major_release_is_refused() throws Exception {
    Files.writeString(data.resolve("pgdata/PG_VERSION"), "16\n");
    assertRefused("is of PostgreSQL 16", "carries PostgreSQL 17", "HARVESTER_DATA_DIR");
  }

  @Test
  void a_failing_start_shows_what_postgresql_says() throws Exception {
    Files.writeString(data.resolve("pgdata/postgresql.auto.conf"), "shared_buffers = nonsense\n");
    assertRefused("FATAL", "configuration file", "postgres.log");
  }

  @Test
  void lost_passwords_are_replaced() throws Exception {
    Files.delete(data.resolve("password"));
    try (EmbeddedPostgres postgres = start()) {
      assertEquals(1, value(postgres, "SELECT 1"));
    }
  }

  @Test
  void an_interrupted_set_up_starts_over() throws Exception {
    data = temp.resolve("interrupted");
    Files.createDirectories(data.resolve("postgres-unpacking/bin"));
    Files.createDirectories(data.resolve("pgdata-unfinished/base"));
    Files.writeString(data.resolve("pgdata-unfinished/PG_VERSION"), "17\n");
    try (EmbeddedPostgres postgres = start()) {
      assertEquals(1, value(postgres, "SELECT 1"));
    }
    assertFalse(Files.exists(data.resolve("pgdata-unfinished")));
  }

  @Test
  void older_programs_are_removed() throws Exception {
    Files.createDirectories(data.resolve("postgres-16.1/bin"));
    start().close();
    assertFalse(Files.exists(data.resolve("postgres-16.1")));
  }

  private EmbeddedPostgres start() throws EmbeddedPostgresException {
    return EmbeddedPostgres.start(data, ANY_PORT);
  }

  private void assertRefused(String... mentioned) {
    assertMentions(assertThrows(EmbeddedPostgresException.class, this::start), mentioned);
  }

  private static void assertMentions(EmbeddedPostgresException refused, String... mentioned) {
    for (String part : mentioned) {
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static Object value(EmbeddedPostgres postgres, String sql) throws SQLException {
    return new TestDatabaseUrl(postgres.url()).value(sql);
  }
}
