// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.series.NodeScope;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.StoreException;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;

/**
 * Makes a resolved request ready for the writers: slots of samples, rows of everything else, and
 * the chunks that they fall into.
 */
final class PrepareStage {
  private static final DataKind[] KINDS = DataKind.values();

  private final SampleTimes times;
  private final SeriesResolver resolver;
  private final ChunkDirectory chunks;

  PrepareStage(SampleTimes times, SeriesResolver resolver, ChunkDirectory chunks) {
    this.times = times;
    this.resolver = resolver;
    this.chunks = chunks;
  }

  /** Prepares a request; {@code scope} is that of its sender. */
  void prepare(PendingWrite write, NodeScope scope) {
    SlotAssignment.assign(times, write);
    DecodedRequest columns = write.workspace().columns;
    if ((columns.histogramCount | columns.exemplarCount) != 0) {
      new HistogramReader(times, resolver.labelReader(), write, scope).read();
    }
    ChunkOrder.apply(write, chunks.span().toMillis());
  }

  /** Whether all chunks of a prepared request exist. */
  boolean hasChunks(PendingWrite write) {
    for (DataKind kind : KINDS) {
      long[] needed = write.chunks().times(kind);
      if (needed.length > 0 && !chunks.has(kind, needed)) {
        return false;
      }
    }
    return true;
  }

  /** Creates the missing chunks of a prepared request. Waits for the database. */
  void createChunks(PendingWrite write) throws StoreException {
    for (DataKind kind : KINDS) {
      long[] needed = write.chunks().times(kind);
      if (needed.length > 0) {
        chunks.create(kind, needed);
      }
    }
  }
}
