package io.harvester.ingest;

import io.harvester.ingest.IngestPipeline.Parts;
import io.harvester.metrics.Kind;
import io.harvester.series.CatalogException;
import io.harvester.series.Resolution;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;

/** What has to wait for the catalog: new metadata, new series, and what is wrong with series. */
final class RegisterStage {
  private final Parts parts;

  RegisterStage(Parts parts) {
    this.parts = parts;
  }

  void register(ReceivedRequest request, DecodeStage.Incomplete incomplete)
      throws CatalogException {
    PendingWrite write = incomplete.write();
    Workspace workspace = write.workspace();
    try {
      if (!incomplete.metadata().isEmpty()) {
        parts.metadata().upsert(incomplete.metadata());
      }
      parts.resolver().register(workspace.columns, request.defaultNode(), workspace.resolution);
    } catch (CatalogException e) {
      incomplete.collector().forgetAll();
      throw e;
    }
    for (Resolution.Defective series : workspace.resolution.defective()) {
      reject(write, series);
    }
    SampleSlots.assign(parts.times(), write);
    ExtrasReader.read(parts, write, request.defaultNode());
  }

  private void reject(PendingWrite write, Resolution.Defective series) {
    DecodedRequest columns = write.workspace().columns;
    int first = columns.firstSample[series.series()];
    int samples = columns.firstSample[series.series() + 1] - first;
    if (samples == 0 && hasExtras(columns, series.series())) {
      return; // they are rejected one by one
    }
    String reason = series.defect().reason();
    write
        .rejections()
        .add(
            Kind.SAMPLES,
            series.node(),
            series.metric(),
            reason,
            "series %d %s: %s"
                .formatted(
                    series.series(),
                    series.metric(),
                    parts.resolver().limits().explain(series.defect())),
            samples > 0 ? columns.sampleTime[first] : 0,
            samples);
  }

  private static boolean hasExtras(DecodedRequest columns, int series) {
    return Arrays.binarySearch(columns.histogramSeries, 0, columns.histogramCount, series) >= 0
        || Arrays.binarySearch(columns.exemplarSeries, 0, columns.exemplarCount, series) >= 0;
  }
}
