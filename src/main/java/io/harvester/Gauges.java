// SPDX-License-Identifier: Apache-2.0
package io.harvester;

import io.harvester.config.Version;
import io.harvester.fleet.FleetView;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.Meters;
import io.harvester.postgres.Database;
import io.harvester.postgres.columnar.FastPath;
import io.harvester.postgres.columnar.merge.MergeCounters;
import io.harvester.postgres.packed.PackCounters;
import io.harvester.schedule.Scheduler;
import io.harvester.series.SeriesCache;

/** The current state of the components, as metrics. */
final class Gauges {
  private final Meters meters;

  Gauges(Meters meters) {
    this.meters = meters;
    meters.info("harvester.build.info", "Version of the aggregator", "version", Version.current());
  }

  /** Memory of series and nodes. */
  Gauges of(SeriesCache cache) {
    meters.counter(
        "harvester.series.evicted",
        "Series evicted from the series cache",
        cache,
        SeriesCache::evicted);
    meters.gauge(
        "harvester.series.preload.bytes",
        "Memory of the series preloaded from the catalog at the start",
        cache::preloadedBytes);
    meters.gauge(
        "harvester.series.cached", "Series in the series cache", () -> cache.current().size());
    meters.gauge(
        "harvester.series.cache.bytes",
        "Memory of the series cache",
        () -> cache.current().bytes());
    meters.gauge(
        "harvester.nodes.known", "Nodes in the series cache", () -> cache.current().nodeCount());
    return this;
  }

  /** Requests that are being processed. */
  Gauges of(Admission admission, IngestPipeline pipeline) {
    meters.gauge(
        "harvester.requests.in.flight",
        "Write requests being received, decoded or written",
        admission::requests);
    meters.gauge(
        "harvester.requests.in.flight.bytes",
        "Memory reserved for the requests in flight",
        admission::bytes);
    meters.gauge(
        "harvester.write.queue.requests", "Requests waiting for a writer", pipeline::queued);
    return this;
  }

  /** What people look at. */
  Gauges of(FleetView view) {
    meters.counter(
        "harvester.fleet.reads",
        "Reads of the states of all nodes, each for all viewers of the page",
        view,
        FleetView::computations);
    return this;
  }

  /** Periodic tasks; those that are scheduled later are left out. */
  Gauges of(Scheduler scheduler) {
    for (String task : scheduler.repeatedNames()) {
      meters.gauge(
          "harvester.task.last.success.timestamp.seconds",
          "When a periodic task succeeded last, in seconds since 1970",
          "task",
          task,
          () -> scheduler.lastSuccess(task));
    }
    return this;
  }

  /** The database and its maintenance. */
  Gauges of(Database database) {
    meters.gauge(
        "harvester.database.up",
        "1 if the database answers, else 0",
        () -> database.obstacle() == null ? 1 : 0);
    meters.info(
        "harvester.storage.tier.info", "Storage tier in use", "tier", database.tier().label());
    meters.counter(
        "harvester.retention.chunks.dropped",
        "Chunks dropped by retention",
        database,
        source -> source.retention().droppedChunks());
    meters.counter(
        "harvester.retention.rows.deleted",
        "Rows deleted by retention rules of nodes and metrics",
        database,
        source -> source.retention().deletedRows());
    meters.gauge(
        "harvester.fast.path",
        "1 if compressed columns pass between Harvester and the server, 0 if rows do",
        () -> database.fastPath().isOpen() ? 1 : 0);
    meters.counter(
        "harvester.fast.path.detours",
        "Reads, comparisons and merges of a chunk whose compressed columns Harvester cannot decode",
        database.fastPath(),
        FastPath::detours);
    meters.counter(
        "harvester.merge.rounds",
        "Rounds of the merge of open chunks",
        database.mergeCounters(),
        MergeCounters::rounds);
    meters.counter(
        "harvester.merge.yields",
        "Rounds of the merge that left work to the next one because the writers were busy",
        database.mergeCounters(),
        MergeCounters::yields);
    meters.counter(
        "harvester.merge.seconds",
        "Duration of all rounds of the merge of open chunks",
        database.mergeCounters(),
        MergeCounters::seconds);
    meters.counter(
        "harvester.merge.samples",
        "Samples merged in open chunks",
        database.mergeCounters(),
        MergeCounters::rows);
    meters.gauge(
        "harvester.merge.backlog.samples",
        "Samples of finished windows that the last round of the merge left to the next one",
        database.mergeCounters()::backlogRows);
    PackCounters packing = database.packCounters();
    meters.counter("harvester.pack.samples", "Samples packed", packing, PackCounters::samples);
    meters.counter(
        "harvester.pack.chunks",
        "Chunks dropped because all their samples were packed",
        packing,
        PackCounters::chunks);
    meters.counter(
        "harvester.pack.seconds",
        "Duration of all transactions of packing",
        packing,
        PackCounters::seconds);
    meters.counter(
        "harvester.pack.yields",
        "Pauses of packing because the writers were busy",
        packing,
        PackCounters::yields);
    meters.gauge(
        "harvester.pack.lag.seconds",
        "How long the oldest samples that are due to be packed have been due",
        packing::lagSeconds);
    return this;
  }
}
