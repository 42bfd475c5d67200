package io.harvester.ingest;

import io.harvester.series.CatalogException;
import io.harvester.wire.MalformedRequestException;
import io.harvester.wire.RequestTooLargeException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what went wrong before the writer into an outcome. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static WriteOutcome outcome(ReceivedRequest request, Throwable failure) {
    if (failure instanceof MalformedRequestException) {
      return new WriteOutcome.Malformed(failure.getMessage());
    }
    if (failure instanceof RequestTooLargeException) {
      return new WriteOutcome.TooLarge(failure.getMessage());
    }
    if (failure instanceof ForeignNodeException) {
      return new WriteOutcome.Forbidden(failure.getMessage());
    }
    if (failure instanceof CatalogException) {
      LOG.warn("node={} request not stored: {}", request.sender().node(), failure.getMessage());
      return unavailable(failure.getMessage());
    }
    if (failure instanceof RejectedExecutionException) {
      return unavailable("shutting down");
    }
    LOG.error("node={} request failed", request.sender().node(), failure);
    return unavailable("internal error, see the aggregator's log");
  }

  private static WriteOutcome unavailable(String message) {
    return WriteOutcome.Unavailable.nothing(message, PendingWrite.RETRY_AFTER);
  }
}
