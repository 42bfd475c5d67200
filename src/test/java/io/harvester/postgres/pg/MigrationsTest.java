// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.config.DatabaseUrl;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Flyway's connections have the credentials, TLS options and timeouts of all others. */
class MigrationsTest {
  private static PGSimpleDataSource source(String url) {
    return new Migrations(new Jdbc(DatabaseUrl.parse(url), Duration.ofSeconds(7))).dataSource();
  }

  @Test
  void address_and_credentials_are_those_of_the_url() {
    PGSimpleDataSource source = source("postgresql://us%40er:p%3Fa%26ss@db.example:6543/metrics");
    assertArrayEquals(new String[] {"db.example"}, source.getServerNames());
    assertArrayEquals(new int[] {6543}, source.getPortNumbers());
    assertEquals("metrics", source.getDatabaseName());
    assertEquals("us@er", source.getUser());
    assertEquals("p?a&ss", source.getPassword());
    assertEquals("harvester migrations", source.getApplicationName());
  }

  @Test
  void timeouts_are_bounded_whatever_the_url_says() {
    PGSimpleDataSource source = source("postgresql://u@h/d?connectTimeout=0&socketTimeout=0");
    assertEquals(5, source.getConnectTimeout());
    assertEquals(10, source.getLoginTimeout());
    assertEquals(7, source.getSocketTimeout());
  }

  @Test
  void tls_options_are_those_of_the_url() {
    PGSimpleDataSource source =
        source("postgresql://u@h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem");
    assertEquals("verify-full", source.getSslMode());
    assertEquals("/etc/ca.pem", source.getSslRootCert());
  }

  @Test
  void options_of_the_url_are_passed_on_and_unknown_ones_are_ignored() {
    PGSimpleDataSource source =
        source("postgresql://u@h/d?options=-c%20work_mem%3D7MB&target_session_attrs=any");
    assertEquals("-c work_mem=7MB", source.getOptions());
  }
}
