package io.harvester;

import io.harvester.config.Help;
import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.request.Admission;
import io.harvester.metrics.IngestMetrics;
import io.harvester.postgres.Database;
import io.harvester.series.SeriesCache;

/** What the parts of the service can be asked at any time, shown as metrics. */
final class Gauges {
  private final IngestMetrics metrics;

  Gauges(IngestMetrics metrics) {
    this.metrics = metrics;
    metrics.info("harvester.build", "The version running", "version", Help.version());
  }

  /** What is remembered of senders. */
  Gauges of(SeriesCache cache) {
    metrics.gauge("harvester.series.evicted", "Dropped from memory so far", cache::evicted);
    metrics.gauge("harvester.series.warm.bytes", "Read ahead at the start", cache::preloadedBytes);
    metrics.gauge("harvester.series.cached", "Series in memory", () -> cache.current().size());
    metrics.gauge("harvester.series.cache.bytes", "Memory of them", () -> cache.current().bytes());
    metrics.gauge("harvester.nodes.known", "Nodes in memory", () -> cache.current().nodeCount());
    return this;
  }

  /** What is under way. */
  Gauges of(Admission admission, IngestPipeline pipeline) {
    metrics.gauge("harvester.requests.in.flight", "Requests in flight", admission::requests);
    metrics.gauge("harvester.bytes.in.flight", "Memory they hold", admission::bytes);
    metrics.gauge("harvester.write.queue", "Requests waiting for a writer", pipeline::queued);
    return this;
  }

  /** Where it ends. */
  Gauges of(Database database) {
    metrics.gauge(
        "harvester.database.up", "1: the database answers", () -> database.isReachable() ? 1 : 0);
    metrics.info(
        "harvester.storage.tier", "The storage tier in use", "tier", database.tier().label());
    metrics.gauge(
        "harvester.retention.chunks.dropped",
        "Chunks dropped by this process because nothing in them is kept",
        () -> database.retention().droppedChunks());
    metrics.gauge(
        "harvester.retention.rows.deleted",
        "Rows deleted by this process by rules of nodes and metrics",
        () -> database.retention().deletedRows());
    return this;
  }
}
