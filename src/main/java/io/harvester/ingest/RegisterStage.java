// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.DecodeResult.Unresolved;
import io.harvester.ingest.MetadataCollector.Unstored;
import io.harvester.ingest.request.MetricName;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.Workspace;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.metrics.IngestMetrics;
import io.harvester.series.CatalogException;
import io.harvester.series.NewSeries;
import io.harvester.series.Resolution.Defective;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.MetadataStore;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers new metadata and new series in the catalog, and rejects invalid series. */
final class RegisterStage {
  private static final Logger LOG = LoggerFactory.getLogger(RegisterStage.class);

  private final SeriesResolver resolver;
  private final Ownership ownership;
  private final MetadataStore metadataStore;
  private final StoredMetadata storedMetadata;
  private final RejectionReasons reasons;
  private final IngestMetrics metrics;

  RegisterStage(
      SeriesResolver resolver,
      Ownership ownership,
      MetadataStore metadataStore,
      StoredMetadata storedMetadata,
      RejectionReasons reasons,
      IngestMetrics metrics) {
    this.resolver = resolver;
    this.ownership = ownership;
    this.metadataStore = metadataStore;
    this.storedMetadata = storedMetadata;
    this.reasons = reasons;
    this.metrics = metrics;
  }

  /**
   * Registers what a request needs.
   *
   * @return the refusal of the whole request, if its sender may not write one of its nodes
   * @throws CatalogException if the catalog is unreachable or refuses
   */
  Optional<WriteOutcome> register(Sender sender, Unresolved request) throws CatalogException {
    PendingWrite write = request.write();
    Workspace workspace = write.workspace();
    NewSeries unknown = resolver.read(workspace.columns, sender.scope(), workspace.resolution);
    noteRenamed(sender, unknown);
    Optional<WriteOutcome> refusal = ownership.check(sender, unknown, write);
    if (refusal.isPresent()) {
      return refusal;
    }
    store(request.metadata());
    resolver.register(workspace.columns, unknown, reasons, workspace.resolution);
    for (Defective series : workspace.resolution.defective()) {
      reject(write, series);
    }
    return Optional.empty();
  }

  private void noteRenamed(Sender sender, NewSeries series) {
    if (series.renamed() > 0) {
      metrics.renamed(series.renamed());
      LOG.info(
          "node={} {} series have the node label of another node, such as {}: stored as label"
              + " exported_node of {} (HARVESTER_FOREIGN_NODE)",
          sender.node(),
          series.renamed(),
          MetricName.shortened(series.renamedFrom()),
          sender.node());
    }
  }

  private void store(List<Unstored> metadata) throws CatalogException {
    long now = System.nanoTime();
    // Requests that were decoded at the same time bring the same metadata.
    List<Unstored> due =
        metadata.stream()
            .filter(one -> storedMetadata.isDue(one.nameHash(), one.contentHash(), now))
            .toList();
    if (!due.isEmpty()) {
      metadataStore.upsert(due.stream().map(Unstored::metadata).toList());
      due.forEach(one -> storedMetadata.stored(one.nameHash(), one.contentHash(), now));
    }
  }

  private void reject(PendingWrite write, Defective series) {
    DecodedRequest columns = write.workspace().columns;
    int first = columns.firstSample[series.series()];
    int samples = columns.firstSample[series.series() + 1] - first;
    if (samples == 0 && hasHistogramOrExemplar(columns, series.series())) {
      return; // HistogramReader rejects them one by one
    }
    write
        .rejections()
        .add(
            DataKind.SAMPLES,
            series.node(),
            reasons.metric(series),
            series.defect().reason(),
            reasons.explain(series),
            samples > 0 ? columns.sampleTime[first] : 0,
            samples);
  }

  private static boolean hasHistogramOrExemplar(DecodedRequest columns, int series) {
    return Arrays.binarySearch(columns.histogramSeries, 0, columns.histogramCount, series) >= 0
        || Arrays.binarySearch(columns.exemplarSeries, 0, columns.exemplarCount, series) >= 0;
  }
}
