package io.harvester.ingest;

import io.harvester.ingest.IngestPipeline.Parts;
import io.harvester.metrics.Kind;
import io.harvester.series.CatalogException;
import io.harvester.series.Resolution;

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
      for (Kind kind : Kind.values()) {
        parts.metrics().answered(kind, 0, 0, 0, write.count(kind));
      }
      throw e;
    }
    for (Resolution.Defective series : workspace.resolution.defective()) {
      reject(write, series);
    }
    SampleSlots.assign(parts.times(), write);
    ExtrasReader.read(parts, write, request.defaultNode());
  }

  private static void reject(PendingWrite write, Resolution.Defective series) {
    var columns = write.workspace().columns;
    int first = columns.firstSample[series.series()];
    int samples = columns.firstSample[series.series() + 1] - first;
    String reason = series.defect().reason();
    write
        .rejections()
        .add(
            Kind.SAMPLES,
            series.node(),
            series.metric(),
            reason,
            "series " + series.series() + " " + series.metric() + ": " + reason,
            samples > 0 ? columns.sampleTime[first] : 0,
            samples);
  }
}
