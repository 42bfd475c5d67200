// SPDX-License-Identifier: Apache-2.0
package io.harvester.migrate;

import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.series.NodeScope;
import io.harvester.wire.MessageVersion;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Writes requests through the pipeline, a few at a time, and repeats those that a retry can store.
 * The pipeline stores a sample once, however often it is sent.
 */
public final class TargetWriter {
  private static final int IN_FLIGHT = 8;
  private static final long PAUSE_MILLIS = 500;

  /** A database that takes longer to come back is one to look at. */
  private static final Duration LONGEST_FAILURE = Duration.ofMinutes(2);

  private final IngestPipeline pipeline;
  private final Sender sender;
  private final Admission admission = new Admission(2 * IN_FLIGHT, Long.MAX_VALUE / 4);
  private final Semaphore places = new Semaphore(IN_FLIGHT);
  private final Queue<byte[]> again = new ConcurrentLinkedQueue<>();
  private volatile String problem = "";
  private volatile String refusal;
  private volatile long failingSince; // 0: the last request was stored

  /**
   * A writer.
   *
   * @param defaultNode HARVESTER_DEFAULT_NODE; every series has its node label
   */
  public TargetWriter(IngestPipeline pipeline, String defaultNode) {
    this.pipeline = pipeline;
    this.sender = new Sender(NodeScope.honoring(defaultNode), false, node -> true);
  }

  /** Writes a request; waits while enough others are under way. */
  void write(byte[] body) throws MigrationException, InterruptedException {
    repeat();
    places.acquire();
    submit(body);
  }

  private void submit(byte[] body) {
    pipeline.submit(
        new ReceivedRequest(body, body.length, MessageVersion.V2, sender, admission.enter()),
        outcome -> done(body, outcome));
  }

  private void done(byte[] body, WriteOutcome outcome) {
    if (outcome instanceof WriteOutcome.Stored) {
      failingSince = 0;
    } else if (outcome instanceof WriteOutcome.Unavailable unavailable) {
      problem = unavailable.message();
      failingSince = failingSince == 0 ? System.nanoTime() : failingSince;
      again.add(body);
    } else if (outcome instanceof WriteOutcome.PartlyRejected rejected) {
      refusal = rejected.message();
    } else {
      refusal = outcome.toString();
    }
    places.release();
  }

  /** Waits until everything is stored. */
  void finish() throws MigrationException, InterruptedException {
    do {
      repeat();
      places.acquire(IN_FLIGHT);
      places.release(IN_FLIGHT);
    } while (!again.isEmpty());
    if (refusal != null) {
      throw new MigrationException("the target refuses a part of the data: " + refusal);
    }
  }

  private void repeat() throws MigrationException, InterruptedException {
    for (byte[] body = again.poll(); body != null; body = again.poll()) {
      long since = failingSince;
      if (since != 0 && System.nanoTime() - since > LONGEST_FAILURE.toNanos()) {
        throw new MigrationException(
            "the target has stored nothing for %d s: %s"
                .formatted(LONGEST_FAILURE.toSeconds(), problem));
      }
      Thread.sleep(PAUSE_MILLIS);
      places.acquire();
      submit(body);
    }
  }
}
