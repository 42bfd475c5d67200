// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres;

import io.harvester.account.AccountStore;
import io.harvester.account.NodeActions;
import io.harvester.auth.AccessStore;
import io.harvester.auth.EnrolmentStore;
import io.harvester.auth.NodeInventory;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.fleet.FleetSource;
import io.harvester.postgres.access.PgAccess;
import io.harvester.postgres.access.PgAccounts;
import io.harvester.postgres.access.PgEnrolment;
import io.harvester.postgres.access.PgNodeActions;
import io.harvester.postgres.access.PgNodeInventory;
import io.harvester.postgres.catalog.MetricViews;
import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.catalog.PgCatalog;
import io.harvester.postgres.catalog.PgRejectionLog;
import io.harvester.postgres.catalog.SeriesPreload;
import io.harvester.postgres.catalog.SeriesQueries;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.columnar.merge.MergeCounters;
import io.harvester.postgres.discard.DiscardingCatalog;
import io.harvester.postgres.discard.DiscardingSampleStore;
import io.harvester.postgres.discard.DiscardingWritePath;
import io.harvester.postgres.fleet.NodeStatusLog;
import io.harvester.postgres.fleet.PgFleet;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.maintenance.MaintenanceScheduler;
import io.harvester.postgres.maintenance.RetentionJob;
import io.harvester.postgres.packed.PackCounters;
import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.postgres.pg.DatabaseMonitor;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.PgPools;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.read.PgSeriesReader;
import io.harvester.postgres.write.PgSampleStore;
import io.harvester.postgres.write.WriterConnection;
import io.harvester.quota.NodeQuotas;
import io.harvester.read.DetailReader;
import io.harvester.read.SeriesReader;
import io.harvester.schedule.Scheduler;
import io.harvester.series.PreloadedSeries;
import io.harvester.series.SeriesCatalog;
import io.harvester.storage.MetadataStore;
import io.harvester.storage.RejectionLog;
import io.harvester.storage.SampleStore;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;

/** The database after migration, connected: implements the ports of ingest, series and auth. */
public final class Database implements AutoCloseable {
  private static final Duration WRITE_CHECK = Duration.ofSeconds(1);
  private static final Duration GRANTS = Duration.ofMinutes(1);
  private static final int MAX_READERS = 8;

  private final Jdbc jdbc;
  private final Duration timeout;
  private final StorageLayout layout;
  private final InstallationGuard guard;
  private final PendingViews pendingViews = new PendingViews();
  private final Pool pool;
  private final PgCatalog catalog;
  private final PgSampleStore samples;
  private final PgRejectionLog rejections;
  private final NodeStatusLog nodeStatus;
  private final RetentionJob retention;
  private final MaintenanceScheduler maintenance;
  private final DatabaseMonitor monitor;
  private final PgSeriesReader reader;

  private Database(
      Vertx vertx,
      DatabaseUrl url,
      Settings settings,
      Jdbc jdbc,
      StorageLayout layout,
      Runnable forget) {
    Settings.Capacity capacity = settings.capacity();
    this.jdbc = jdbc;
    this.timeout = capacity.databaseTimeout();
    this.layout = layout;
    this.guard = new InstallationGuard(() -> forgetAll(forget));
    this.pool =
        PgPools.open(
            vertx,
            jdbc,
            url,
            capacity.catalogConnections(),
            "harvester catalog",
            connection -> check(connection, guard));
    MetricViews views =
        new MetricViews(
            pool,
            timeout,
            pendingViews,
            settings.storage().maxMetricViews(),
            layout.tier() != Tier.COLUMNAR);
    this.reader = new PgSeriesReader(jdbc, settings.nodeLabel(), layout.source(), readers());
    this.catalog = new PgCatalog(pool, timeout, views, guard, reader::seriesAdded);
    this.samples =
        new PgSampleStore(name -> WriterConnection.open(jdbc, name), layout, guard, pendingViews);
    this.rejections = new PgRejectionLog(pool, timeout);
    this.nodeStatus = new NodeStatusLog(pool, timeout);
    this.retention = new RetentionJob(jdbc, layout, settings.storage().retention());
    this.maintenance =
        new MaintenanceScheduler(
            layout, samples.load()::isBusy, views, rejections, retention, Clock.systemUTC());
    this.monitor = new DatabaseMonitor(pool);
  }

  /**
   * Migrates the schema, connects, and starts maintenance.
   *
   * @param forget drops all cached ids; called when the URL leads to another database than before
   * @param activeSeries number of series being written, which decides the time span of chunks
   * @param scheduler runs maintenance; to be closed before this
   * @throws SQLException if the database cannot be reached or refuses; see {@link #mayComeBack}
   */
  public static Database open(
      Vertx vertx,
      DatabaseUrl url,
      Settings settings,
      Runnable forget,
      IntSupplier activeSeries,
      Scheduler scheduler)
      throws SQLException {
    Jdbc jdbc = new Jdbc(url, settings.capacity().databaseTimeout());
    StorageLayout layout = DatabaseSetup.run(vertx, url, jdbc, settings, activeSeries);
    Database database = new Database(vertx, url, settings, jdbc, layout, forget);
    WriteCheck writes = new WriteCheck(database.catalog, database.samples);
    try {
      writes.first();
    } catch (SQLException e) {
      database.close();
      throw e;
    }
    database.maintenance.start(scheduler);
    database.monitor.start(scheduler);
    scheduler.every("write-check", WRITE_CHECK, writes::again);
    scheduler.every("maintenance", GRANTS, database::grantPrivileges);
    return database;
  }

  /** Decoding takes a core per connection; a large machine has other work, too. */
  private static int readers() {
    return Math.min(MAX_READERS, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Whether an error of {@link #open} may pass: the connection failed (SQLSTATE class 08), the
   * server lacks resources (53), it is starting or stopping (57), or a transaction lost a race
   * (40).
   */
  public static boolean mayComeBack(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.matches("(08|40|53|57).*");
  }

  /** A role of readers may be created, and objects may be restored, while this process runs. */
  private void grantPrivileges() throws DatabaseException {
    Await.result(pool.query("SELECT harvester.grant_privileges()").execute(), timeout);
  }

  /** Runs on the pool's event loop before a new connection is used. */
  private static void check(SqlConnection connection, InstallationGuard guard) {
    connection
        .query(guard.query())
        .execute()
        .onSuccess(rows -> rows.forEach(row -> guard.check(row.getUUID(0), row.getBoolean(1))))
        .onComplete(
            done -> connection.close()); // returns it to the pool; a broken one fails when used
  }

  private void forgetAll(Runnable forget) {
    catalog.forget();
    pendingViews.forget();
    reader.forget();
    nodeStatus.forget();
    forget.run();
  }

  /** The tier of the sample tables. */
  public Tier tier() {
    return layout.tier();
  }

  /** Why the database cannot be written to, some seconds ago at most; null: it can. */
  public String obstacle() {
    return monitor.obstacle();
  }

  /** Whether all writers could write at their last attempt. */
  public boolean isWriting() {
    return samples.isWriting();
  }

  /** The catalog, which gives series their ids. */
  public SeriesCatalog catalog() {
    return catalog;
  }

  /** Reads the recently active series into memory. Takes seconds, thirty at most. */
  public void preload(PreloadedSeries into) throws SQLException {
    new SeriesPreload(jdbc, guard).run(into);
  }

  /** The job that deletes expired samples, for its listener and counters. */
  public RetentionJob retention() {
    return retention;
  }

  /** Whether compressed columns pass between Harvester and the server. */
  public FastPath fastPath() {
    return layout.fastPath();
  }

  /** What the merge of open chunks has done. */
  public MergeCounters mergeCounters() {
    return layout.mergeCounters();
  }

  /** What packing has done. */
  public PackCounters packCounters() {
    return layout.packCounters();
  }

  /** A catalog for the JIT warm-up: sends the same queries, and stores no series. */
  public SeriesCatalog discardingCatalog() {
    return new DiscardingCatalog(new SeriesQueries(pool, timeout));
  }

  /**
   * A store for the JIT warm-up: on the columnar tier it sends compressed batches to the server,
   * which discards them; on the others it discards the samples itself.
   */
  public SampleStore discardingStore() {
    return tier() == Tier.COLUMNAR
        ? new PgSampleStore(
            name -> WriterConnection.forWarmUp(jdbc, name),
            new DiscardingWritePath(),
            guard,
            pendingViews)
        : new DiscardingSampleStore();
  }

  /** The store of metric metadata. */
  public MetadataStore metadata() {
    return catalog;
  }

  /** The store of samples. */
  public SampleStore samples() {
    return samples;
  }

  /** The log of rejected samples. */
  public RejectionLog rejections() {
    return rejections;
  }

  /**
   * The store of credentials.
   *
   * @param quotas receives the nodes' own quotas whenever credentials are read
   */
  public AccessStore access(NodeQuotas quotas) {
    return new PgAccess(pool, timeout, quotas);
  }

  /** The store that exchanges enrolment keys for tokens. */
  public EnrolmentStore enrolment() {
    return new PgEnrolment(jdbc);
  }

  /**
   * The store of accounts and sessions.
   *
   * @param idle time without a request after which a session ends
   * @param max time after which it ends in any case
   */
  public AccountStore accounts(Duration idle, Duration max) {
    return new PgAccounts(pool, jdbc, idle, max);
  }

  /** What admins do to nodes. */
  public NodeActions nodeActions() {
    return new PgNodeActions(jdbc);
  }

  /** Reads series by their labels. */
  public SeriesReader reader() {
    return reader;
  }

  /** Reads metadata and exemplars. */
  public DetailReader details() {
    return reader.details();
  }

  /** What the views of schema {@code fleet} show of nodes. */
  public NodeStatusLog nodeStatus() {
    return nodeStatus;
  }

  /** What the views of schema {@code fleet} show, for the page. */
  public FleetSource fleet() {
    return new PgFleet(pool, timeout);
  }

  /** The list of nodes. */
  public NodeInventory inventory() {
    return new PgNodeInventory(pool);
  }

  @Override
  public void close() {
    reader.close();
    maintenance.close();
    pool.close();
  }
}
