package io.harvester.ingest.request;

import java.time.Duration;

/** What became of one request: everything that an answer needs. */
public sealed interface WriteOutcome {

  /** What is durably in the database, duplicates included; known for every decoded request. */
  Written written();

  /** Counts for the {@code X-Prometheus-Remote-Write-*-Written} headers. */
  record Written(long samples, long histograms, long exemplars) {
    /** Nothing. */
    public static final Written NOTHING = new Written(0, 0, 0);
  }

  /** Everything in the request is committed. */
  record Stored(Written written) implements WriteOutcome {}

  /** What could be stored is committed; the rest never can be, and the message says why. */
  record PartlyRejected(Written written, String message) implements WriteOutcome {}

  /** The body as a whole cannot be read. */
  record Malformed(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** The body is over a limit. */
  record TooLarge(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** The sender does not own a node that it writes: nothing is stored. */
  record Forbidden(String message) implements WriteOutcome {
    @Override
    public Written written() {
      return Written.NOTHING;
    }
  }

  /** Not all is committed, and a retry can mend it. */
  record Unavailable(Written written, String message, Duration retryAfter) implements WriteOutcome {
    /** Nothing was stored. */
    public static Unavailable nothing(String message, Duration retryAfter) {
      return new Unavailable(Written.NOTHING, message, retryAfter);
    }
  }
}
