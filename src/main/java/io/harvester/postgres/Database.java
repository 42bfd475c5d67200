package io.harvester.postgres;

import io.harvester.auth.AccessStore;
import io.harvester.auth.EnrolmentStore;
import io.harvester.auth.NodeInventory;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.postgres.access.PgAccess;
import io.harvester.postgres.access.PgEnrolment;
import io.harvester.postgres.access.PgNodeInventory;
import io.harvester.postgres.catalog.MetricViews;
import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.catalog.PgCatalog;
import io.harvester.postgres.catalog.PgRejectionLog;
import io.harvester.postgres.catalog.SeriesPreload;
import io.harvester.postgres.catalog.SeriesQueries;
import io.harvester.postgres.discard.DiscardingCatalog;
import io.harvester.postgres.discard.DiscardingSampleStore;
import io.harvester.postgres.discard.DiscardingWritePath;
import io.harvester.postgres.layout.ColumnarLayout;
import io.harvester.postgres.layout.HypertableLayout;
import io.harvester.postgres.layout.PostgresLayout;
import io.harvester.postgres.layout.StorageLayout;
import io.harvester.postgres.maintenance.MaintenanceScheduler;
import io.harvester.postgres.maintenance.RetentionJob;
import io.harvester.postgres.pg.DatabaseMonitor;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.postgres.pg.Jdbc;
import io.harvester.postgres.pg.Migrations;
import io.harvester.postgres.pg.PgPools;
import io.harvester.postgres.pg.Tier;
import io.harvester.postgres.write.PgSampleStore;
import io.harvester.postgres.write.WriterConnection;
import io.harvester.quota.NodeQuotas;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The migrated, connected database: hands out the ports that ingest and series need. */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final Jdbc jdbc;
  private final Duration timeout;
  private final StorageLayout layout;
  private final InstallationGuard guard;
  private final PendingViews marks = new PendingViews();
  private final Pool pool;
  private final PgCatalog catalog;
  private final PgSampleStore samples;
  private final PgRejectionLog rejections;
  private final RetentionJob retention;
  private final MaintenanceScheduler care;
  private final DatabaseMonitor monitor;

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
            url,
            capacity.catalogConnections(),
            "harvester catalog",
            connection -> check(connection, guard));
    MetricViews views = new MetricViews(pool, timeout, marks, settings.storage().maxMetricViews());
    this.catalog = new PgCatalog(pool, timeout, views, guard);
    this.samples =
        new PgSampleStore(name -> WriterConnection.open(jdbc, name), layout, guard, marks);
    this.rejections = new PgRejectionLog(pool, timeout);
    this.retention = new RetentionJob(jdbc, layout, settings.storage().retention());
    this.care = new MaintenanceScheduler(layout, views, rejections, retention, Clock.systemUTC());
    this.monitor = new DatabaseMonitor(pool);
  }

  /**
   * Migrates and connects.
   *
   * @param forget drops everything cached, when another database is found behind the URL
   * @param activeSeries how many series are being written, which decides the size of chunks
   * @throws SQLException if the database cannot be reached or refuses
   */
  public static Database open(
      Vertx vertx, DatabaseUrl url, Settings settings, Runnable forget, IntSupplier activeSeries)
      throws SQLException {
    Jdbc jdbc = new Jdbc(url, settings.capacity().databaseTimeout());
    Migrations migrations = new Migrations(jdbc);
    Tier tier = migrations.findTier();
    StorageLayout layout = layout(tier, jdbc, settings.storage(), activeSeries);
    migrations.run(tier, layout.chunkInterval());
    LOG.info("database {} tier={} chunk={}", jdbc, tier.label(), layout.chunkInterval());
    Database database = new Database(vertx, url, settings, jdbc, layout, forget);
    database.care.start();
    database.monitor.start();
    return database;
  }

  private static StorageLayout layout(
      Tier tier, Jdbc jdbc, Settings.Storage storage, IntSupplier activeSeries) {
    return switch (tier) {
      case COLUMNAR -> new ColumnarLayout(jdbc, storage.chunkInterval(), activeSeries);
      case HYPERTABLE ->
          new HypertableLayout(
              jdbc, storage.chunkInterval().orElse(HypertableLayout.DEFAULT_CHUNK));
      case POSTGRES ->
          new PostgresLayout(jdbc, storage.chunkInterval().orElse(PostgresLayout.DEFAULT_CHUNK));
    };
  }

  /** Whether the database may only be starting, or away for a moment; else it refuses for good. */
  public static boolean mayComeBack(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
  }

  /** On the pool's event loop, so that a connection is not used before the guard has seen it. */
  private static void check(SqlConnection connection, InstallationGuard guard) {
    long highest = guard.highestSeries();
    connection
        .query(InstallationGuard.QUERY)
        .execute()
        .onSuccess(
            rows -> rows.forEach(row -> guard.check(row.getUUID(0), row.getLong(1), highest)))
        .onComplete(
            done -> connection.close()); // into the pool; a query of it will fail as this did
  }

  private void forgetAll(Runnable forget) {
    catalog.forget();
    marks.forget();
    forget.run();
  }

  /** How samples are laid out. */
  public Tier tier() {
    return layout.tier();
  }

  /** Whether the database answered lately. */
  public boolean isReachable() {
    return monitor.isReachable();
  }

  /** Where series get their ids. */
  public SeriesCatalog catalog() {
    return catalog;
  }

  /** Reads the catalog's rows of the series that were active last into memory; takes a while. */
  public void warmUp(PreloadedSeries into) throws SQLException {
    new SeriesPreload(jdbc, guard).run(into);
  }

  /** What ends samples that are older than they are kept. */
  public RetentionJob retention() {
    return retention;
  }

  /** Where series of a rehearsal get ids: it asks the database, and nothing stays. */
  public SeriesCatalog nowhereCatalog() {
    return new DiscardingCatalog(new SeriesQueries(pool, timeout));
  }

  /** Where samples of a rehearsal go: as far as the database, if its tier takes batches. */
  public SampleStore nowhereStore() {
    return tier() == Tier.COLUMNAR
        ? new PgSampleStore(
            name -> WriterConnection.rehearsed(jdbc, name), new DiscardingWritePath(), guard, marks)
        : new DiscardingSampleStore();
  }

  /** Where metadata goes. */
  public MetadataStore metadata() {
    return catalog;
  }

  /** Where samples go. */
  public SampleStore samples() {
    return samples;
  }

  /** Where refusals go. */
  public RejectionLog rejections() {
    return rejections;
  }

  /** Where credentials are kept; a reading of them also refreshes the quotas given. */
  public AccessStore access(NodeQuotas quotas) {
    return new PgAccess(pool, timeout, quotas);
  }

  /** Where enrolment keys are turned into tokens. */
  public EnrolmentStore enrolment() {
    return new PgEnrolment(jdbc);
  }

  /** Where nodes are listed. */
  public NodeInventory inventory() {
    return new PgNodeInventory(pool);
  }

  @Override
  public void close() {
    monitor.close();
    care.close();
    pool.close();
  }
}
