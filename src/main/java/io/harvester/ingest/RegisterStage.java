package io.harvester.ingest;

import io.harvester.ingest.IngestPipeline.Parts;
import io.harvester.ingest.request.ForeignNodeException;
import io.harvester.ingest.request.MetricName;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.Workspace;
import io.harvester.series.CatalogException;
import io.harvester.series.NewSeries;
import io.harvester.series.Resolution;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
import java.util.Optional;

/** What has to wait for the catalog: new metadata, new series, and what is wrong with series. */
final class RegisterStage {
  private final Parts parts;
  private final Ownership ownership;

  RegisterStage(Parts parts) {
    this.parts = parts;
    this.ownership = new Ownership(parts);
  }

  void register(ReceivedRequest request, DecodeStage.Incomplete incomplete)
      throws CatalogException, ForeignNodeException {
    PendingWrite write = incomplete.write();
    Workspace workspace = write.workspace();
    NewSeries fresh =
        parts.resolver().read(workspace.columns, request.sender().node(), workspace.resolution);
    try {
      ownership.check(request.sender(), fresh, write);
    } catch (ForeignNodeException e) {
      incomplete.collector().forgetAll();
      throw e;
    }
    try {
      if (!incomplete.metadata().isEmpty()) {
        parts.metadata().upsert(incomplete.metadata());
      }
      parts
          .resolver()
          .register(workspace.columns, fresh, new QuotaGate(parts.budget()), workspace.resolution);
    } catch (CatalogException e) {
      incomplete.collector().forgetAll();
      throw e;
    }
    for (Resolution.Defective series : workspace.resolution.defective()) {
      reject(write, series);
    }
    SlotAssignment.assign(parts.times(), write);
    HistogramReader.read(parts, write, request.sender().node());
  }

  private void reject(PendingWrite write, Resolution.Defective series) {
    DecodedRequest columns = write.workspace().columns;
    int first = columns.firstSample[series.series()];
    int samples = columns.firstSample[series.series() + 1] - first;
    if (samples == 0 && hasExtras(columns, series.series())) {
      return; // they are rejected one by one
    }
    String reason = series.defect().reason();
    // Whoever is over a quota floods us with names: the one that grows fastest stands for all.
    Optional<String> quota = QuotaGate.explain(parts.budget(), series);
    write
        .rejections()
        .add(
            DataKind.SAMPLES,
            series.node(),
            quota.isPresent() ? parts.budget().fastestGrowing(series.node()) : series.metric(),
            reason,
            quota.orElseGet(() -> explained(series)),
            samples > 0 ? columns.sampleTime[first] : 0,
            samples);
  }

  private static boolean hasExtras(DecodedRequest columns, int series) {
    return Arrays.binarySearch(columns.histogramSeries, 0, columns.histogramCount, series) >= 0
        || Arrays.binarySearch(columns.exemplarSeries, 0, columns.exemplarCount, series) >= 0;
  }

  private String explained(Resolution.Defective series) {
    return "series %d %s: %s"
        .formatted(
            series.series(),
            MetricName.shortened(series.metric()),
            parts.resolver().limits().explain(series.defect()));
  }
}
