// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.series.SeriesResolver;
import io.harvester.wire.DecodedRequest;

/** Makes a resolved request ready for the writers: slots of samples, rows of everything else. */
final class PrepareStage {
  private final SampleTimes times;
  private final SeriesResolver resolver;

  PrepareStage(SampleTimes times, SeriesResolver resolver) {
    this.times = times;
    this.resolver = resolver;
  }

  /** Prepares a request; {@code defaultNode} is the node of series without a node label. */
  void prepare(PendingWrite write, String defaultNode) {
    SlotAssignment.assign(times, write);
    DecodedRequest columns = write.workspace().columns;
    if ((columns.histogramCount | columns.exemplarCount) != 0) {
      new HistogramReader(times, resolver.labelReader(), write, defaultNode).read();
    }
  }
}
