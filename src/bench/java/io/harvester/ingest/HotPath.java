// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.bench.load.NodeExporterRequests;
import io.harvester.ingest.dedup.Deduplicator;
import io.harvester.ingest.dedup.StoredKeyCache;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.LabelLimits;
import io.harvester.series.NewSeries;
import io.harvester.series.NodeScope;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesCatalog.Registered;
import io.harvester.series.SeriesKey;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.SampleBatch;
import io.harvester.storage.SampleStore.LockedNodes;
import io.harvester.storage.StoreException;
import io.harvester.wire.MessageVersion;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.SeriesDefect;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** The pipeline from body to rows without threads and database, step by step. */
public final class HotPath {
  /** Series of a node, and so samples of a request. */
  public static final int SERIES = 700;

  private static final int NODES = 100;
  private static final long STEP = 15_000;

  private final MessageVersion version;
  private final byte[][] bodies = new byte[NODES][];
  private final SeriesCache cache = new SeriesCache(10_000_000);
  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(32 << 20, 42);
  private final SeriesResolver resolver;
  private final Deduplicator deduplicator = new Deduplicator(0, 1, StoredKeyCache.of(1));
  private final SampleTimes times =
      new SampleTimes(Clock.systemUTC(), Duration.ZERO, Duration.ofDays(365 * 1000));
  private final List<PendingWrite> batch = new ArrayList<>();
  private final Map<String, Integer> nodeIds = new HashMap<>();
  private long nextSeries;
  private int next;
  private long round;

  /** Registers all series of a fleet and decodes a batch of that many requests. */
  public HotPath(MessageVersion version, int batchRequests) throws Exception {
    this.version = version;
    this.resolver =
        new SeriesResolver(cache, this::register, new LabelLimits(100, 1024, 16_384), "node");
    for (int node = 0; node < NODES; node++) {
      bodies[node] = NodeExporterRequests.body(version == MessageVersion.V1 ? 1 : 2, SERIES, node);
    }
    Workspace workspace = new Workspace();
    for (byte[] body : bodies) {
      decoder.decode(body, body.length, version, 0, workspace.columns);
      if (!resolver.lookUp(workspace.columns, workspace.resolution)) {
        NewSeries fresh =
            resolver.read(workspace.columns, NodeScope.honoring("unknown"), workspace.resolution);
        resolver.register(
            workspace.columns, fresh, (key, isNew) -> SeriesDefect.NONE, workspace.resolution);
      }
    }
    for (int i = 0; i < batchRequests; i++) {
      batch.add(new PendingWrite(new Workspace(), "", outcome -> {}));
      decode(batch.get(i).workspace());
      resolve(batch.get(i));
    }
  }

  private List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits) {
    return keys.stream()
        .map(
            key ->
                new Registered(
                    ++nextSeries, nodeIds.computeIfAbsent(key.node(), n -> nodeIds.size() + 1)))
        .toList();
  }

  /** Decodes the next request, its timestamps later than all before. */
  public void decodeNext() throws Exception {
    decode(batch.get(0).workspace());
  }

  private void decode(Workspace workspace) throws Exception {
    byte[] body = bodies[next];
    decoder.skim(body, body.length, version, 0, workspace.columns);
    if (++next == NODES) {
      next = 0;
      round++;
    }
  }

  /** Finds slots of the request decoded last. */
  public void resolve() {
    resolve(batch.get(0));
  }

  private void resolve(PendingWrite write) {
    Workspace workspace = write.workspace();
    if (!resolver.lookUp(workspace.columns, workspace.resolution)) {
      throw new IllegalStateException("every series is known");
    }
    SlotAssignment.assign(times, write);
  }

  /** Plans the whole batch; every sample is new. */
  public SampleBatch plan() throws StoreException {
    for (PendingWrite write : batch) {
      long[] time = write.workspace().columns.sampleTime;
      for (int i = 0; i < SERIES; i++) {
        time[i] += STEP * (round + 1);
      }
    }
    deduplicator.start(batch, 0, Integer.MAX_VALUE, false);
    deduplicator.decide(
        LockedNodes.empty(deduplicator.nodeIds().length),
        (nodes, series, from, to, visitor) -> {
          throw new IllegalStateException("nothing is to be compared");
        });
    SampleBatch rows = deduplicator.batch();
    if (rows.count() != batch.size() * SERIES) {
      throw new IllegalStateException("every sample is new, not only " + rows.count());
    }
    return rows;
  }
}
