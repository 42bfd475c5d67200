// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.ingest.FakeDatabase.Fault;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.ingest.request.WriteOutcome.Stored;
import io.harvester.ingest.request.WriteOutcome.Unavailable;
import io.harvester.series.NodeScope;
import io.harvester.testing.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request larger than a transaction may be is written in slices. */
class LargeRequestTest extends PipelineTest {
  private static final int SAMPLES = 95;

  @BeforeEach
  void smallBatches() {
    batchSamples = 10;
  }

  @Test
  void every_sample_of_every_node_is_stored_once() throws Exception {
    assertEquals(2 * SAMPLES, stored(send(large("a"), large("b"))));
    assertEquals(2 * SAMPLES, database.samples.size());
    int slices = 2 * SAMPLES / batchSamples;
    assertTrue(database.transactions >= slices, database.transactions + " transactions");
    assertEquals(2 * SAMPLES, stored(send(large("a"), large("b"))));
    assertEquals(2 * SAMPLES, database.samples.size());
  }

  @Test
  void after_a_failed_slice_the_rest_is_not_tried_and_the_retry_stores_once() throws Exception {
    database.faults.addAll(List.of(Fault.NONE, Fault.NONE, Fault.BEFORE));
    Unavailable answer = assertInstanceOf(Unavailable.class, send(large("a")));
    assertEquals(2L * batchSamples, answer.written().samples());
    assertEquals(3, database.transactions);
    assertEquals(SAMPLES, stored(send(large("a"))));
    assertEquals(SAMPLES, database.samples.size());
  }

  @Test
  void others_have_their_turn_between_slices() throws Exception {
    start();
    database.allowed.drainPermits();
    CompletableFuture<WriteOutcome> large =
        submit(Message.of(large("a")), new Sender(NodeScope.honoring("a"), true, n -> true));
    while (!database.allowed.hasQueuedThreads()) { // until its first slice is under way
      Thread.sleep(1);
    }
    CompletableFuture<WriteOutcome> other =
        submit(
            Message.of(series("m", "node", "a").with(at(NOW, 1))),
            new Sender(NodeScope.honoring("b"), true, n -> true));
    while (pipeline.queued() < 1) {
      Thread.sleep(1);
    }
    database.allowed.release(5);
    assertInstanceOf(Stored.class, other.get(10, TimeUnit.SECONDS));
    assertFalse(large.isDone());
    database.allowed.release(SAMPLES);
    assertEquals(SAMPLES, stored(large.get(10, TimeUnit.SECONDS)));
  }

  @Test
  void a_drain_finishes_it() throws Exception {
    start();
    CompletableFuture<WriteOutcome> large = submit(Message.of(large("a")), "unknown");
    pipeline.drain(Duration.ofSeconds(20));
    assertEquals(SAMPLES, stored(large.get()));
  }

  private static Message.Series large(String node) {
    return series("large", "node", node)
        .with(
            IntStream.range(0, SAMPLES)
                .mapToObj(i -> at(NOW + i, i))
                .toArray(Message.Sample[]::new));
  }

  private static long stored(WriteOutcome outcome) {
    return assertInstanceOf(Stored.class, outcome).written().samples();
  }
}
