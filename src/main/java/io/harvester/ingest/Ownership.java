package io.harvester.ingest;

import io.harvester.ingest.IngestPipeline.Parts;
import io.harvester.ingest.request.ForeignNodeException;
import io.harvester.ingest.request.PendingWrite;
import io.harvester.ingest.request.Sender;
import io.harvester.series.NewSeries;
import io.harvester.series.Node;
import io.harvester.series.SeriesKey;
import io.harvester.storage.RejectionLog;
import io.harvester.wire.DataKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The binding of a credential to its node. Checked per distinct node of a request, and before
 * anything of the request reaches the catalog: with a stolen credential nobody makes foreign nodes
 * or series.
 */
final class Ownership {
  /** The reason in metrics and in {@code rejected_sample}. */
  static final String REASON = "foreign node";

  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  private final Parts parts;

  Ownership(Parts parts) {
    this.parts = parts;
  }

  /** Checks the nodes of the series that are known. */
  void check(Sender sender, PendingWrite write) throws ForeignNodeException {
    for (Node node : write.workspace().resolution.nodes()) {
      if (!sender.mayWrite().test(node.name())) {
        throw refusal(sender, node.name(), "", write);
      }
    }
  }

  /** Checks the nodes of series seen for the first time. */
  void check(Sender sender, NewSeries series, PendingWrite write) throws ForeignNodeException {
    for (SeriesKey first : series.firstOfEachNode()) {
      if (!sender.mayWrite().test(first.node())) {
        throw refusal(sender, first.node(), first.metric(), write);
      }
    }
  }

  private ForeignNodeException refusal(
      Sender sender, String node, String metric, PendingWrite write) {
    var columns = write.workspace().columns;
    String message =
        "the credential of node "
            + sender.node()
            + " may not write series of node "
            + node
            + (metric.isEmpty() ? "" : " (" + metric + ")");
    LOG.warn("node={} refused: {} samples: {}", sender.node(), columns.sampleCount, message);
    for (DataKind kind : DataKind.values()) {
      parts.metrics().rejected(kind, REASON, write.count(kind));
    }
    // Under the sender's name, which is known, and not under the one it claims.
    parts
        .rejectionLog()
        .report(
            new RejectionLog.Rejection(
                sender.node(),
                "",
                REASON,
                message,
                columns.sampleCount > 0 ? columns.sampleTime[0] : 0,
                write.parts()));
    return new ForeignNodeException(message + "; nothing of the request is stored");
  }
}
