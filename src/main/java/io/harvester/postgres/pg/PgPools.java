// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Opens the vertx-pg-client pool that serves catalog, credentials, views and rejections. */
public final class PgPools {
  private PgPools() {}

  /**
   * Opens a pool. TLS follows the options {@code sslmode} and {@code sslrootcert} of the URL.
   *
   * @param size the highest number of connections
   * @param applicationName shown in {@code pg_stat_activity}
   * @param onConnect receives every new connection before its first use, and must close it to hand
   *     it to the pool
   */
  public static Pool open(
      Vertx vertx,
      DatabaseUrl url,
      int size,
      String applicationName,
      Handler<SqlConnection> onConnect) {
    PgConnectOptions connect =
        new PgConnectOptions()
            .setHost(url.host())
            .setPort(url.port())
            .setDatabase(url.database())
            .setUser(url.user())
            .setPassword(url.password())
            .setCachePreparedStatements(true)
            .setProperties(
                Map.of(
                    "application_name", applicationName,
                    "search_path", "harvester, public",
                    "TimeZone", "UTC"));
    tls(connect, url.options());
    PoolOptions pool =
        new PoolOptions()
            .setMaxSize(size)
            .setConnectionTimeout(5)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    return PgBuilder.pool()
        .with(pool)
        .connectingTo(connect)
        .withConnectHandler(onConnect)
        .using(vertx)
        .build();
  }

  private static void tls(PgConnectOptions connect, Map<String, String> options) {
    SslMode mode = SslMode.of(options.getOrDefault("sslmode", "disable"));
    connect.setSslMode(mode);
    if (mode == SslMode.DISABLE) {
      return;
    }
    ClientSSLOptions ssl = new ClientSSLOptions();
    String root = options.get("sslrootcert");
    if (root != null) {
      ssl.setTrustOptions(new PemTrustOptions().addCertPath(root));
    } else {
      ssl.setTrustAll(mode != SslMode.VERIFY_CA && mode != SslMode.VERIFY_FULL);
    }
    ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    connect.setSslOptions(ssl);
  }
}
