package io.harvester.ingest.request;

import io.harvester.series.CatalogException;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RequestTooLargeException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong before the writer into an outcome. */
public final class Failures {
  /** Told to a sender where only the log can say more. */
  public static final String INTERNAL = "internal error, see the aggregator's log";

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  public static WriteOutcome outcome(ReceivedRequest request, Throwable failure) {
    if (failure instanceof MalformedRequestException) {
      return new WriteOutcome.Malformed(failure.getMessage());
    }
    if (failure instanceof RequestTooLargeException) {
      return new WriteOutcome.TooLarge(failure.getMessage());
    }
    if (failure instanceof ForeignNodeException) {
      return new WriteOutcome.Forbidden(failure.getMessage());
    }
    return WriteOutcome.Unavailable.nothing(reason(request, failure), RetryAfter.LONG);
  }

  /** Why a request that may be all right could not be stored now; logged too. */
  public static String reason(ReceivedRequest request, Throwable failure) {
    if (failure instanceof CatalogException) {
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
