// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import io.harvester.config.DatabaseUrl;
import io.harvester.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the vertx-pg-client pool that serves catalog, credentials, views and rejections. */
public final class PgPools {
  /**
   * During a failover, a proxy may lead to a standby. The pool would keep that connection, and fail
   * with it for ever; it drops one that the server ends.
   */
  private static final String END_ON_STANDBY =
      "SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_is_in_recovery()";

  private static final Logger LOG = LoggerFactory.getLogger(PgPools.class);

  private PgPools() {}

  /**
   * Opens a pool. TLS follows the options {@code sslmode} and {@code sslrootcert} of the URL.
   *
   * @param jdbc finds the primary, if the URL has several hosts
   * @param size the highest number of connections
   * @param applicationName shown in {@code pg_stat_activity}
   * @param onConnect receives every new connection, with its session set up, before its first use,
   *     and must close it to hand it to the pool
   */
  public static Pool open(
      Vertx vertx,
      Jdbc jdbc,
      DatabaseUrl url,
      int size,
      String applicationName,
      Handler<SqlConnection> onConnect) {
    PoolOptions pool =
        new PoolOptions()
            .setMaxSize(size)
            .setConnectionTimeout(5)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    return PgBuilder.pool()
        .with(pool)
        .connectingTo(
            () -> options(vertx, jdbc, url, applicationName).map(SqlConnectOptions.class::cast))
        .withConnectHandler(
            connection ->
                connection
                    .exceptionHandler(e -> LOG.debug("{}: {}", applicationName, e.getMessage()))
                    .query(Jdbc.SESSION + "; " + END_ON_STANDBY)
                    .execute() // a connection on which it fails is broken, and fails when used
                    .onComplete(done -> onConnect.handle(connection)))
        .using(vertx)
        .build();
  }

  /** The options of a new connection. The client knows one host, so the other driver looks. */
  static Future<PgConnectOptions> options(
      Vertx vertx, Jdbc jdbc, DatabaseUrl url, String applicationName) {
    if (url.hosts().size() == 1) {
      return Future.succeededFuture(options(url, url.hosts().get(0), applicationName));
    }
    return vertx.executeBlocking(
        () -> options(url, jdbc.primary(applicationName), applicationName), false);
  }

  /** Password and certificates may have been replaced. */
  private static PgConnectOptions options(DatabaseUrl url, HostPort host, String applicationName) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(host.host())
            .setPort(host.port())
            .setDatabase(url.database())
            .setUser(url.user())
            .setPassword(url.currentPassword())
            .setCachePreparedStatements(true)
            .setProperties(
                // Without the encoding, ALTER ROLE or ALTER DATABASE could set another one.
                Map.of("application_name", applicationName, "client_encoding", "UTF8"));
    ServerTls.of(url.options()).configure(options);
    return options;
  }
}
