// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.series.NewSeries;
import io.harvester.series.Node;
import io.harvester.series.SeriesKey;
import io.harvester.storage.RejectionLog;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that a sender may write the nodes of its request. This happens before anything of the
 * request reaches the catalog, so that a stolen credential cannot create nodes or series of others.
 */
final class Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  private final RequestAccounts accounts;

  Ownership(RequestAccounts accounts) {
    this.accounts = accounts;
  }

  /** Checks the nodes of known series; returns the refusal of the request, if any. */
  Optional<WriteOutcome> check(Sender sender, PendingWrite write) {
    for (Node node : write.workspace().resolution.nodes()) {
      if (!sender.mayWrite().test(node.name())) {
        return Optional.of(refuse(sender, node.name(), "", write));
      }
    }
    return Optional.empty();
  }

  /**
   * Checks the nodes of series that are not known yet; returns the refusal of the request, if any.
   */
  Optional<WriteOutcome> check(Sender sender, NewSeries series, PendingWrite write) {
    for (SeriesKey first : series.firstOfEachNode()) {
      if (!sender.mayWrite().test(first.node())) {
        return Optional.of(refuse(sender, first.node(), first.metric(), write));
      }
    }
    return Optional.empty();
  }

  private WriteOutcome refuse(Sender sender, String node, String metric, PendingWrite write) {
    var columns = write.workspace().columns;
    String message =
        "the credential of node "
            + sender.node()
            + " may not write series of node "
            + node
            + (metric.isEmpty() ? "" : " (" + metric + ")");
    LOG.warn("node={} refused: {} samples: {}", sender.node(), columns.sampleCount, message);
    // Reported under the sender's node, which is authenticated, not under the node it claims.
    accounts.refused(
        write,
        new RejectionLog.Rejection(
            sender.node(),
            "",
            RejectionReasons.FOREIGN_NODE,
            message,
            columns.sampleCount > 0 ? columns.sampleTime[0] : 0,
            write.dataPoints()));
    return new WriteOutcome.Forbidden(message + "; nothing in the request is stored");
  }
}
