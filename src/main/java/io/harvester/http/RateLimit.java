// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.ingest.request.WriteOutcome;
import io.harvester.quota.NodeRates;
import io.harvester.storage.RejectionLog;
import java.time.Duration;
import java.util.Optional;

/** Refuses senders that are over their rate quota, before their body is read. */
public final class RateLimit {
  /** The reason in {@code rejected_sample}; it counts requests, since their bodies are not read. */
  private static final String OVER_RATE = "over the rate quota, asked to retry (requests)";

  private final NodeRates rates;
  private final RejectionLog rejections;

  /** Each refusal is reported to {@code rejections}. */
  public RateLimit(NodeRates rates, RejectionLog rejections) {
    this.rates = rates;
    this.rejections = rejections;
  }

  /** The answer to a node that is over its quota: when to retry. Empty: it is not. */
  Optional<WriteOutcome> refusal(String node) {
    long seconds = rates.secondsToWait(node);
    if (seconds == 0) {
      return Optional.empty();
    }
    rejections.report(new RejectionLog.Rejection(node, "", OVER_RATE, rates.explain(node), 0, 1));
    return Optional.of(
        WriteOutcome.Unavailable.nothing(
            "over the rate quota of node " + node, Duration.ofSeconds(seconds)));
  }
}
