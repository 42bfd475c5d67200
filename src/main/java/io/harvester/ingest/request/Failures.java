// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.series.CatalogException;
import io.harvester.storage.StoreException;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RequestTooLargeException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a failure before the writer into an outcome. */
public final class Failures {
  /** The message to a sender where only the log says more. */
  public static final String INTERNAL = "internal error, see the aggregator's log";

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The outcome for the sender; logged unless the sender caused it. */
  public static WriteOutcome outcome(ReceivedRequest request, Throwable failure) {
    if (failure instanceof MalformedRequestException) {
      return new WriteOutcome.Malformed(failure.getMessage());
    }
    if (failure instanceof RequestTooLargeException) {
      return new WriteOutcome.TooLarge(failure.getMessage());
    }
    return WriteOutcome.Unavailable.nothing(reason(request, failure), RetryAfter.LONG);
  }

  /** Why a request, valid perhaps, cannot be stored now; logged, too. */
  public static String reason(ReceivedRequest request, Throwable failure) {
    if (failure instanceof CatalogException || failure instanceof StoreException) {
      LOG.warn("node={} request not stored: {}", request.sender().node(), failure.getMessage());
      return failure.getMessage();
    }
    if (failure instanceof RejectedExecutionException) {
      return "shutting down";
    }
    LOG.error("node={} request failed", request.sender().node(), failure);
    return INTERNAL;
  }
}
