// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.testing.Certificates;
import io.harvester.testing.Message;
import io.harvester.testing.PrivateServer;
import io.harvester.testing.TestDatabaseUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** TLS to the database: no session of either driver is in the clear. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTlsIT {
  private static final String CERTIFICATE_ROLE = "by_certificate";

  private PrivateServer server;
  private Certificates authority;
  private Certificates stranger;

  @BeforeAll
  void startServer(@TempDir Path temp) throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    authority = new Certificates(Files.createDirectory(temp.resolve("ca"))).sign("server");
    authority.sign(CERTIFICATE_ROLE);
    stranger = new Certificates(Files.createDirectory(temp.resolve("stranger")));
    server = new PrivateServer(temp);
    server.superuser().execute("CREATE ROLE " + CERTIFICATE_ROLE + " LOGIN");
    server.superuser().execute("CREATE DATABASE %1$s OWNER %1$s".formatted(CERTIFICATE_ROLE));
    server
        .set("ssl", "on")
        .set("ssl_cert_file", copy(authority.certificate("server", "server.pem")))
        .set("ssl_key_file", copy(authority.key("server", "server.key")))
        .set("ssl_ca_file", copy(authority.authority()))
        .set(
            "hba_file",
            server.file(
                "hba.conf",
                """
                hostssl all by_certificate 127.0.0.1/32 cert
                host open all 127.0.0.1/32 scram-sha-256
                hostssl all all 127.0.0.1/32 scram-sha-256
                """))
        .restart();
  }

  private String copy(Path file) throws IOException {
    return server.file(file.getFileName().toString(), Files.readString(file));
  }

  @AfterAll
  void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_server_that_takes_tls_only_gets_it_from_both_drivers() throws Exception {
    String ca = authority.authority().toString();
    for (String options :
        List.of(
            "",
            "?sslmode=require",
            "?sslmode=require&sslrootcert=" + ca,
            "?sslmode=verify-ca&sslrootcert=" + ca,
            "?sslmode=verify-full&sslrootcert=" + ca)) {
      assertEncrypted(server.url() + options, "harvester");
    }
    TestAggregator.mustNotStart(server.url() + "?sslmode=disable", "no encryption");
  }

  @Test
  void a_server_that_takes_both_gets_tls_by_default() throws Exception {
    server.superuser().execute("CREATE DATABASE open OWNER harvester");
    String url = server.url().replaceFirst("/[^/]*$", "/open");
    try (TestAggregator aggregator = TestAggregator.start(url)) {
      send(aggregator);
      assertAllEncrypted("harvester");
    }
  }

  @Test
  void a_client_certificate_is_shown_by_both_drivers() throws Exception {
    String url = urlOfCertificateRole();
    Path certificate = authority.certificate(CERTIFICATE_ROLE, "client.pem");
    Path key = authority.key(CERTIFICATE_ROLE, "client.key");
    String ca = "?sslmode=verify-full&sslrootcert=" + authority.authority();
    assertEncrypted(url + ca + "&sslcert=" + certificate + "&sslkey=" + key, CERTIFICATE_ROLE);
    TestAggregator.mustNotStart(url + ca, "certificate");
  }

  @Test
  void a_key_in_another_format_is_refused_with_the_command_that_converts_it() throws Exception {
    Path key = authority.key(CERTIFICATE_ROLE, "pkcs8.key");
    Path other = key.resolveSibling("sec1.key");
    openssl("pkey", "-traditional", "-in", key.toString(), "-out", other.toString());
    TestAggregator.mustNotStart(
        urlOfCertificateRole()
            + "?sslmode=require&sslcert="
            + authority.certificate(CERTIFICATE_ROLE, "client2.pem")
            + "&sslkey="
            + other,
        "openssl pkcs8 -topk8 -nocrypt");
  }

  @Test
  void another_authority_or_another_name_is_refused_with_the_reason() throws Exception {
    String ca = "&sslrootcert=" + stranger.authority();
    for (String mode : List.of("require", "verify-ca", "verify-full")) {
      TestAggregator.mustNotStart(server.url() + "?sslmode=" + mode + ca, "TLS: ");
    }
    String localhost = server.url().replace("@127.0.0.1:", "@localhost:");
    String full = "?sslmode=verify-full&sslrootcert=" + authority.authority();
    TestAggregator.mustNotStart(localhost + full, "TLS: No name matching localhost");
    TestAggregator.mustNotStart(
        server.url() + "?sslmode=verify-ca&sslrootcert=/nonexistent", "/nonexistent");
  }

  private String urlOfCertificateRole() {
    return new TestDatabaseUrl(server.url().replaceFirst("//[^@]*@", "//" + CERTIFICATE_ROLE + "@"))
        .withDatabase(CERTIFICATE_ROLE)
        .text();
  }

  private void assertEncrypted(String url, String role) throws Exception {
    try (TestAggregator aggregator = TestAggregator.start(url)) {
      send(aggregator);
      assertAllEncrypted(role);
    }
  }

  private void assertAllEncrypted(String role) throws Exception {
    List<List<Object>> sessions =
        server
            .superuser()
            .query(
                "SELECT application_name, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
                    + " WHERE usename = '%s'".formatted(role));
    for (String name : List.of("harvester catalog", "harvester writer", " flush")) {
      assertTrue(
          sessions.stream().anyMatch(session -> session.get(0).toString().contains(name)), name);
    }
    for (List<Object> session : sessions) {
      assertEquals(true, session.get(1), session.get(0).toString());
    }
  }

  private static void send(TestAggregator aggregator) {
    aggregator
        .send(Message.series("m", "node", "n").with(Message.at(System.currentTimeMillis(), 1)))
        .mustBeStored();
  }

  private static void openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
