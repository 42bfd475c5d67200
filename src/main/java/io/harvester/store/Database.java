package io.harvester.store;

import io.harvester.auth.AccessStore;
import io.harvester.auth.EnrolmentStore;
import io.harvester.config.DatabaseUrl;
import io.harvester.config.Settings;
import io.harvester.fleet.NodeInventory;
import io.harvester.ingest.MetadataStore;
import io.harvester.ingest.RejectionLog;
import io.harvester.ingest.SampleStore;
import io.harvester.quota.NodeQuotas;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.WarmSeries;
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
  private final Layout layout;
  private final InstallationGuard guard;
  private final ViewMarks marks = new ViewMarks();
  private final Pool pool;
  private final PgCatalog catalog;
  private final PgSampleStore samples;
  private final PgRejectionLog rejections;
  private final RetentionCare retention;
  private final StorageCare care;
  private final DatabaseMonitor monitor;

  private Database(
      Vertx vertx, DatabaseUrl url, Settings settings, Jdbc jdbc, Layout layout, Runnable forget) {
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
    MetricViews views = new MetricViews(pool, timeout, marks, settings.storage().metricViews());
    this.catalog = new PgCatalog(pool, timeout, views, guard);
    this.samples =
        new PgSampleStore(name -> WriterConnection.open(jdbc, name), layout, guard, marks);
    this.rejections = new PgRejectionLog(pool, timeout);
    this.retention = new RetentionCare(jdbc, layout, settings.storage().retention());
    this.care = new StorageCare(layout, views, rejections, retention, Clock.systemUTC());
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
    Layout layout = layout(tier, jdbc, settings.storage(), activeSeries);
    migrations.run(tier, layout.chunkInterval());
    LOG.info("database {} tier={} chunk={}", jdbc, tier.label(), layout.chunkInterval());
    Database database = new Database(vertx, url, settings, jdbc, layout, forget);
    database.care.start();
    database.monitor.start();
    return database;
  }

  private static Layout layout(
      Tier tier, Jdbc jdbc, Settings.Storage storage, IntSupplier activeSeries) {
    return switch (tier) {
      case COLUMNAR -> new ColumnarLayout(jdbc, storage.chunkInterval(), activeSeries);
      case HYPERTABLE ->
          new HypertableLayout(
              jdbc, storage.chunkInterval().orElse(HypertableLayout.DEFAULT_CHUNK));
      case POSTGRES ->
          new PartitionLayout(jdbc, storage.chunkInterval().orElse(PartitionLayout.DEFAULT_CHUNK));
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
  public void warmUp(WarmSeries into) throws SQLException {
    new SeriesWarmUp(jdbc, guard).run(into);
  }

  /** What ends samples that are older than they are kept. */
  public RetentionCare retention() {
    return retention;
  }

  /** Where series of a rehearsal get ids: it asks the database, and nothing stays. */
  public SeriesCatalog nowhereCatalog() {
    return new NowhereCatalog(new SeriesRows(pool, timeout));
  }

  /** Where samples of a rehearsal go: as far as the database, if its tier takes batches. */
  public SampleStore nowhereStore() {
    return tier() == Tier.COLUMNAR
        ? new PgSampleStore(
            name -> WriterConnection.rehearsed(jdbc, name), new NowhereLayout(), guard, marks)
        : new NowhereStore();
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
