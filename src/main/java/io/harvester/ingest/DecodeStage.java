package io.harvester.ingest;

import io.harvester.ingest.IngestPipeline.Parts;
import io.harvester.ingest.request.ForeignNodeException;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.RetryAfter;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.Workspace;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.storage.MetricMetadata;
import io.harvester.wire.DataKind;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.RequestTooLargeException;
import java.util.List;
import java.util.function.Consumer;

/** Body to columns to slots, on one decoding thread. */
final class DecodeStage {
  /** Working memory beyond the body itself, as a multiple of its decompressed size. */
  private static final int COLUMNS_PER_BODY_BYTE = 2;

  private final Parts parts;
  private final NodeScopes scopes;
  private final Workspace.Pool workspaces;
  private final MetadataCollector metadata = new MetadataCollector();
  private final Ownership ownership;

  DecodeStage(Parts parts, NodeScopes scopes, Workspace.Pool workspaces) {
    this.parts = parts;
    this.scopes = scopes;
    this.ownership = new Ownership(parts);
    this.workspaces = workspaces;
  }

  /** What decoding led to. */
  sealed interface Result {}

  /** The request goes no further. */
  record Refused(WriteOutcome outcome) implements Result {}

  /** Every series is known: ready for the writers. */
  record Complete(PendingWrite write) implements Result {}

  /** Series or metadata have to be registered first. */
  record Incomplete(PendingWrite write, List<MetricMetadata> metadata, MetadataCollector collector)
      implements Result {}

  /** An error of ours after the samples were counted as received. */
  record Failed(PendingWrite write, Throwable cause) implements Result {}

  Result decode(ReceivedRequest request, Consumer<WriteOutcome> answer)
      throws MalformedRequestException, RequestTooLargeException, ForeignNodeException {
    long declared = parts.decoder().decompressedSize(request.body(), request.length());
    if (!request.ticket().reserve(declared * (1 + COLUMNS_PER_BODY_BYTE))) {
      return new Refused(
          WriteOutcome.Unavailable.nothing(
              "no memory for a body of " + declared + " bytes now (HARVESTER_MAX_BYTES_IN_FLIGHT)",
              RetryAfter.SHORT));
    }
    Workspace workspace = workspaces.borrow();
    try {
      return decode(request, new PendingWrite(workspace, request.sender().turn(), answer));
    } catch (MalformedRequestException | RequestTooLargeException | ForeignNodeException e) {
      workspaces.giveBack(workspace);
      throw e;
    }
  }

  private Result decode(ReceivedRequest request, PendingWrite write)
      throws MalformedRequestException, RequestTooLargeException, ForeignNodeException {
    DecodedRequest columns = write.workspace().columns;
    boolean resolved = lookUp(request, write.workspace());
    for (DataKind kind : DataKind.values()) {
      parts.metrics().received(kind, write.count(kind));
    }
    if (request.sender().known()) {
      parts.rates().used(request.sender().node(), columns.sampleCount, request.length());
    }
    try {
      return resolve(request.sender(), write, resolved);
    } catch (RuntimeException | Error e) {
      return new Failed(write, e);
    }
  }

  /** Labels are read only where a series is not known; returns whether all are. */
  private boolean lookUp(ReceivedRequest request, Workspace workspace)
      throws MalformedRequestException, RequestTooLargeException {
    DecodedRequest columns = workspace.columns;
    long scope = scopes.of(request.sender().node());
    RemoteWriteDecoder decoder = parts.decoder();
    decoder.skim(request.body(), request.length(), request.version(), scope, columns);
    boolean resolved = parts.resolver().lookUp(columns, workspace.resolution);
    if (!resolved && columns.skimmed) {
      decoder.read(columns, scope);
      resolved = parts.resolver().lookUp(columns, workspace.resolution);
    }
    return resolved;
  }

  private Result resolve(Sender sender, PendingWrite write, boolean resolved)
      throws ForeignNodeException {
    Workspace workspace = write.workspace();
    ownership.check(sender, write);
    List<MetricMetadata> unseen = metadata.collect(workspace.columns);
    if (!resolved || !unseen.isEmpty()) {
      return new Incomplete(write, unseen, metadata);
    }
    SlotAssignment.assign(parts.times(), write);
    HistogramReader.read(parts, write, sender.node());
    return new Complete(write);
  }
}
