// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.harvester.ingest.request.WriteOutcome;
import io.harvester.testing.Eventually;
import io.harvester.testing.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Between a commit and the disk: nobody is told, nobody else waits, and a crash is survived. */
class AcknowledgerTest extends PipelineTest {
  private CompletableFuture<WriteOutcome> submit(long time) {
    return submit(Message.of(series("m", "node", "a").with(at(time, 1))), "unknown");
  }

  private void awaitStored(int samples) throws Exception {
    Eventually.until(
        samples + " samples committed",
        () -> {
          synchronized (database) {
            return database.samples.size() == samples;
          }
        });
  }

  @Test
  void an_answer_waits_for_the_disk_and_the_next_transaction_does_not() throws Exception {
    start();
    database.flushes.drainPermits();
    CompletableFuture<WriteOutcome> first = submit(NOW);
    awaitStored(1);
    CompletableFuture<WriteOutcome> second = submit(NOW + 1);
    awaitStored(2);
    assertFalse(first.isDone() || second.isDone(), "answered before it was on disk");
    assertEquals(0, count("stored"));
    database.flushes.release(2);
    assertInstanceOf(WriteOutcome.Stored.class, first.get(10, TimeUnit.SECONDS));
    assertInstanceOf(WriteOutcome.Stored.class, second.get(10, TimeUnit.SECONDS));
    assertEquals(2, count("stored"));
  }

  @Test
  void what_a_crash_undoes_is_to_be_sent_again_and_stored_then() throws Exception {
    start();
    database.flushes.drainPermits();
    CompletableFuture<WriteOutcome> lost = submit(NOW);
    awaitStored(1);
    database.crash();
    database.flushes.release(1_000);
    assertInstanceOf(WriteOutcome.Unavailable.class, lost.get(10, TimeUnit.SECONDS));
    assertEquals(1, count("failed"));
    assertEquals(0, database.samples.size());

    assertInstanceOf(WriteOutcome.Stored.class, submit(NOW).get(10, TimeUnit.SECONDS));
    assertEquals(1, database.samples.size());
  }

  @Test
  void a_crash_between_the_slices_of_a_large_request_is_not_forgotten() throws Exception {
    batchSamples = 10;
    start();
    database.allowed.drainPermits();
    Message.Sample[] samples = new Message.Sample[35];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = at(NOW + i, i);
    }
    CompletableFuture<WriteOutcome> large =
        submit(Message.of(series("m", "node", "a").with(samples)), "unknown");
    database.allowed.release(2);
    awaitStored(20);
    database.crash();
    database.allowed.release(1_000);
    assertInstanceOf(WriteOutcome.Unavailable.class, large.get(10, TimeUnit.SECONDS));
    assertEquals(35, count("failed"));
    assertEquals(15, database.samples.size());
  }
}
