// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.metrics.IngestMetrics;
import io.harvester.storage.Outcomes;
import io.harvester.storage.RejectionLog;
import io.harvester.wire.DataKind;

/**
 * Counts each request once when it is decoded and once when it is answered, so that the sums of
 * {@link IngestMetrics} hold.
 */
record RequestAccounts(IngestMetrics metrics, RejectionLog rejectionLog) {
  /** Counts the data points of a decoded request. */
  void received(PendingWrite write) {
    for (DataKind kind : DataKind.values()) {
      metrics.received(kind, write.count(kind));
    }
  }

  /** Counts what became of them, and reports the rejections. */
  void answered(PendingWrite write) {
    for (DataKind kind : DataKind.values()) {
      Outcomes of = write.outcomes(kind);
      metrics.answered(kind, of.stored, of.duplicates, of.conflicts, of.failed);
      write
          .rejections()
          .byReason(kind)
          .forEach((reason, count) -> metrics.rejected(kind, reason, count));
    }
    write.rejections().culprits().forEach(rejectionLog::report);
  }

  /** Counts a request that is refused as a whole, and reports it. */
  void refused(PendingWrite write, RejectionLog.Rejection rejection) {
    for (DataKind kind : DataKind.values()) {
      metrics.rejected(kind, rejection.reason(), write.count(kind));
    }
    rejectionLog.report(rejection);
  }
}
