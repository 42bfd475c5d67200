// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Map;
import java.util.Properties;

/**
 * TLS to the database: the options {@code sslmode}, {@code sslrootcert}, {@code sslcert} and {@code
 * sslkey} of the URL with the meaning that libpq gives them (PostgreSQL manual, 34.19), in the same
 * way for both drivers. Files are PEM and are read for every connection.
 *
 * @param mode the default is {@code prefer}: TLS if the server has it, without verification
 * @param rootCertificate file of the certificates that may sign the server's; {@code system}: those
 *     of the JVM; null: none
 * @param certificate file of the client's certificate; null: none
 * @param key file of its key; null: none
 */
record ServerTls(SslMode mode, String rootCertificate, String certificate, String key) {
  private static final String SYSTEM = "system";

  static ServerTls of(Map<String, String> options) {
    return new ServerTls(
        SslMode.of(options.getOrDefault("sslmode", "prefer")),
        options.get("sslrootcert"),
        options.get("sslcert"),
        options.get("sslkey"));
  }

  private boolean isSystem() {
    return SYSTEM.equals(rootCertificate);
  }

  /** Sets the options of vertx-pg-client. */
  void configure(PgConnectOptions options) {
    options.setSslMode(mode);
    if (mode == SslMode.DISABLE) {
      return;
    }
    ClientSSLOptions ssl = new ClientSSLOptions();
    if (rootCertificate != null && !isSystem()) {
      ssl.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate));
    } else if (rootCertificate == null) {
      ssl.setTrustAll(mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL);
    }
    if (certificate != null && key != null) {
      ssl.setKeyCertOptions(new PemKeyCertOptions().addCertPath(certificate).addKeyPath(key));
    }
    ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    options.setSslOptions(ssl);
  }

  /** Sets the properties of pgjdbc, whose own reader of keys does not take PEM. */
  void configure(Properties properties) {
    properties.setProperty("sslmode", mode.value);
    properties.setProperty("sslfactory", PemSocketFactory.class.getName());
  }
}
