// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.time.Duration;

/** What became of one request: everything that its HTTP response needs. */
public sealed interface WriteOutcome {

  /** What is durable, duplicates included; known for every decoded request. */
  Written written();

  /** Counts for the {@code X-Prometheus-Remote-Write-*-Written} headers. */
  record Written(long samples, long histograms, long exemplars) {
    /** No data points. */
    public static final Written NOTHING = new Written(0, 0, 0);
  }

  /** Everything in the request is committed. */
  record Stored(Written written) implements WriteOutcome {}

  /** The valid part is committed; the rest can never be stored, and the message says why. */
  record PartlyRejected(Written written, String message) implements WriteOutcome {}

  /** The body cannot be decoded. */
  record Malformed(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** The body exceeds a limit. */
  record TooLarge(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** The sender may not write one of the nodes: nothing is stored. */
  record Forbidden(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** Not everything is committed; a retry may succeed. */
  record Unavailable(Written written, String message, Duration retryAfter) implements WriteOutcome {
    /** Nothing was stored. */
    public static Unavailable nothing(String message, Duration retryAfter) {
      return new Unavailable(Written.NOTHING, message, retryAfter);
    }
  }
}
