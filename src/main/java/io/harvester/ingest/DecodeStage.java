// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.DecodeResult.Answered;
import io.harvester.ingest.DecodeResult.Resolved;
import io.harvester.ingest.DecodeResult.Unresolved;
import io.harvester.ingest.MetadataCollector.Unstored;
import io.harvester.ingest.request.Failures;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.RetryAfter;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.Workspace;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.quota.NodeRates;
import io.harvester.series.SeriesResolver;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RemoteWriteDecoder;
import io.harvester.wire.RequestTooLargeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decodes a body to columns, and looks its series up in memory. Shared by all decode threads. */
final class DecodeStage {
  /** Working memory beyond the body itself, as a multiple of its decompressed size. */
  private static final int COLUMNS_PER_BODY_BYTE = 2;

  private final RemoteWriteDecoder decoder;
  private final SeriesResolver resolver;
  private final Ownership ownership;
  private final MetadataCollector metadata;
  private final NodeRates rates;
  private final RequestAccounts accounts;
  private final Workspace.Pool workspaces;
  private final NodeScopes scopes = new NodeScopes();

  DecodeStage(
      RemoteWriteDecoder decoder,
      SeriesResolver resolver,
      Ownership ownership,
      MetadataCollector metadata,
      NodeRates rates,
      RequestAccounts accounts,
      Workspace.Pool workspaces) {
    this.decoder = decoder;
    this.resolver = resolver;
    this.ownership = ownership;
    this.metadata = metadata;
    this.rates = rates;
    this.accounts = accounts;
    this.workspaces = workspaces;
  }

  /**
   * Decodes a request. A workspace is borrowed for it, unless the request is answered.
   *
   * @param answer receives the outcome of the request, if it is not answered here
   */
  DecodeResult decode(ReceivedRequest request, Consumer<WriteOutcome> answer) {
    try {
      long declared = decoder.decompressedSize(request.body(), request.length());
      if (!request.ticket().reserve(declared * (1 + COLUMNS_PER_BODY_BYTE))) {
        return new Answered(
            WriteOutcome.Unavailable.nothing(
                "no memory for a body of "
                    + declared
                    + " bytes now (HARVESTER_MAX_BYTES_IN_FLIGHT)",
                RetryAfter.SHORT));
      }
      return decode(
          request, new PendingWrite(workspaces.borrow(), request.sender().turn(), answer));
    } catch (MalformedRequestException | RequestTooLargeException e) {
      return new Answered(Failures.outcome(request, e));
    }
  }

  private DecodeResult decode(ReceivedRequest request, PendingWrite write)
      throws MalformedRequestException, RequestTooLargeException {
    Workspace workspace = write.workspace();
    boolean allKnown;
    try {
      allKnown = lookUp(request, workspace);
    } catch (MalformedRequestException | RequestTooLargeException e) {
      workspaces.release(workspace);
      throw e;
    }
    accounts.received(write);
    try {
      return resolve(request, write, allKnown);
    } catch (RuntimeException | Error e) { // what was received has to be answered for
      write.abandon(Failures.reason(request, e));
      accounts.answered(write);
      return new Answered(write.result());
    }
  }

  /** Reads labels only if a series is unknown; returns whether all series are known. */
  private boolean lookUp(ReceivedRequest request, Workspace workspace)
      throws MalformedRequestException, RequestTooLargeException {
    DecodedRequest columns = workspace.columns;
    long scope = scopes.of(request.sender().scope());
    decoder.skim(request.body(), request.length(), request.version(), scope, columns);
    boolean allKnown = resolver.lookUp(columns, workspace.resolution);
    if (!allKnown && columns.skimmed) {
      decoder.read(columns, scope);
      allKnown = resolver.lookUp(columns, workspace.resolution);
    }
    return allKnown;
  }

  private DecodeResult resolve(ReceivedRequest request, PendingWrite write, boolean allKnown) {
    Sender sender = request.sender();
    DecodedRequest columns = write.workspace().columns;
    if (sender.known()) {
      rates.used(sender.node(), columns.sampleCount, request.length());
    }
    Optional<WriteOutcome> refusal = ownership.check(sender, write);
    if (refusal.isPresent()) {
      workspaces.release(write.workspace());
      return new Answered(refusal.get());
    }
    List<Unstored> unstored = metadata.collect(columns);
    return allKnown && unstored.isEmpty() ? new Resolved(write) : new Unresolved(write, unstored);
  }
}
