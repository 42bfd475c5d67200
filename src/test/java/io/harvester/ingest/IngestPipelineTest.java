// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.ingest.FakeDatabase.Fault;
import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.ingest.request.WriteOutcome.PartlyRejected;
import io.harvester.ingest.request.WriteOutcome.Stored;
import io.harvester.ingest.request.WriteOutcome.Unavailable;
import io.harvester.testing.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever goes wrong on the way: the sender gets one answer, its place is free again, and the
 * counts add up.
 */
class IngestPipelineTest extends PipelineTest {
  private static final long POISON = 0x7FF8DEADBEEF0001L;

  @Test
  void samples_are_stored() throws Exception {
    Stored stored = assertInstanceOf(Stored.class, send(good(1), good(2)));
    assertEquals(2, stored.written().samples());
    assertEquals(2, database.samples.size());
    assertEquals(2, count("stored"));
  }

  @Test
  void a_repeated_request_is_written_and_stored_once() throws Exception {
    send(good(1), good(2));
    assertEquals(2, assertInstanceOf(Stored.class, send(good(1), good(2))).written().samples());
    assertEquals(2, database.samples.size());
    assertEquals(2, count("duplicate"));
  }

  @Test
  void a_sample_twice_in_one_request_is_stored_once() throws Exception {
    Stored stored =
        assertInstanceOf(Stored.class, send(series("m", "node", "a").with(at(NOW, 1), at(NOW, 1))));
    assertEquals(2, stored.written().samples());
    assertEquals(1, database.samples.size());
  }

  @Test
  void another_value_for_the_same_time_is_a_conflict_and_the_first_stays() throws Exception {
    send(series("m", "node", "a").with(at(NOW, 1)));
    PartlyRejected answer =
        assertInstanceOf(
            PartlyRejected.class, send(series("m", "node", "a").with(at(NOW, 2), at(NOW + 1, 3))));
    assertEquals(1, answer.written().samples());
    assertTrue(
        answer.message().startsWith("not stored: 1 × another value is stored"), answer.message());
    assertEquals(
        List.of(1.0, 3.0),
        database.samples.values().stream().map(IngestPipelineTest::value).toList());
    assertEquals(1, count("conflict"));
    assertEquals(1, database.conflicts.size());
  }

  @Test
  void the_order_of_labels_does_not_make_another_series() throws Exception {
    send(series("m", "node", "a", "x", "1", "y", "2").with(at(NOW, 1)));
    send(series("m", "y", "2", "x", "1", "node", "a").with(at(NOW, 1)));
    assertEquals(1, database.samples.size());
    assertEquals(1, count("duplicate"));
  }

  @Test
  void default_nodes_whose_names_hash_alike_are_kept_apart() throws Exception {
    start();
    assertEquals("Aa".hashCode(), "BB".hashCode());
    submit(Message.of(series("m").with(at(NOW, 1))), "Aa").get(10, TimeUnit.SECONDS);
    submit(Message.of(series("m").with(at(NOW, 1))), "BB").get(10, TimeUnit.SECONDS);
    assertEquals(2, database.samples.size());
  }

  @Test
  void a_bad_series_among_good_ones_is_rejected_alone() throws Exception {
    PartlyRejected answer =
        assertInstanceOf(
            PartlyRejected.class,
            send(good(1), series("", "node", "a").with(at(NOW, 1), at(NOW + 1, 1))));
    assertEquals(1, answer.written().samples());
    assertEquals(2, count("rejected"));
    assertEquals("no metric name", reported.get(0).reason());
    assertEquals(2, reported.get(0).samples());
  }

  @Test
  void a_series_without_data_points_counts_as_one_part() throws Exception {
    PartlyRejected answer =
        assertInstanceOf(PartlyRejected.class, send(good(1), series("m", "node", "a")));
    assertTrue(answer.message().contains("1 × no data point"), answer.message());
    assertEquals(0, count("rejected"));
  }

  @Test
  void samples_out_of_time_are_rejected_with_metric_and_node() throws Exception {
    PartlyRejected answer =
        assertInstanceOf(
            PartlyRejected.class,
            send(
                series("m", "node", "a")
                    .with(at(0, 1), at(-1, 1), at(NOW, 1), at(Long.MAX_VALUE, 1))));
    assertEquals(1, answer.written().samples());
    assertTrue(answer.message().contains("2 × timestamp too old"), answer.message());
    assertTrue(answer.message().contains("1 × timestamp too far in the future"));
    assertTrue(answer.message().contains("HARVESTER_RETENTION"), answer.message());
    assertEquals(
        List.of("a m timestamp too old 2", "a m timestamp too far in the future 1"),
        reported.stream()
            .map(r -> r.node() + " " + r.metric() + " " + r.reason() + " " + r.samples())
            .toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BEFORE", "AFTER", "NODE_GONE", "BUG", "ERROR"})
  void a_failed_transaction_is_answered_and_the_retry_stores_once(Fault fault) throws Exception {
    database.faults.add(fault);
    Unavailable answer = assertInstanceOf(Unavailable.class, send(good(1), good(2)));
    assertEquals(0, answer.written().samples());
    assertEquals(2, count("failed"));
    assertEquals(2, assertInstanceOf(Stored.class, send(good(1), good(2))).written().samples());
    assertEquals(2, database.samples.size());
  }

  @Test
  void a_lost_race_is_tried_again_at_once() throws Exception {
    database.faults.addAll(List.of(Fault.RACE, Fault.RACE));
    assertInstanceOf(Stored.class, send(good(1)));
    assertEquals(3, database.transactions);
  }

  @Test
  void a_race_lost_for_ever_is_answered() throws Exception {
    database.faults.addAll(Collections.nCopies(5, Fault.RACE));
    assertInstanceOf(Unavailable.class, send(good(1)));
    assertEquals(1, count("failed"));
  }

  @Test
  void a_row_that_is_there_against_all_memory_is_compared() throws Exception {
    database.uniqueIndex = true;
    send(good(1));
    database.samples.put(new FakeDatabase.Place(1, NOW + 2), Double.doubleToRawLongBits(2));
    assertInstanceOf(Stored.class, send(good(2), good(3)));
    assertEquals(1, database.failedOnIndex);
    assertEquals(1, count("duplicate"));
    assertEquals(3, database.samples.size());
  }

  @Test
  void a_row_that_can_never_be_stored_is_the_only_one_lost() throws Exception {
    database.unstorable = bits -> bits == POISON;
    PartlyRejected answer =
        assertInstanceOf(
            PartlyRejected.class,
            send(good(1), series("bad", "node", "a").with(bitsAt(NOW, POISON)), good(2), good(3)));
    assertEquals(3, answer.written().samples());
    assertEquals(3, database.samples.size());
    assertEquals(1, count("rejected"));
    assertEquals("bad", reported.get(0).metric());
  }

  @Test
  void a_row_that_can_never_be_stored_does_not_count_for_other_writers() throws Exception {
    database.unstorable = bits -> bits == POISON;
    PartlyRejected answer =
        assertInstanceOf(
            PartlyRejected.class,
            send(
                series("bad", "node", "a").with(bitsAt(NOW, POISON)),
                series("bad", "node", "b").with(bitsAt(NOW, POISON), at(NOW + 1, 1))));
    assertEquals(1, answer.written().samples());
    assertEquals(2, count("rejected"));
  }

  @Test
  void an_error_inside_the_ladder_costs_only_the_part_it_hits() throws Exception {
    database.unstorable = bits -> bits == POISON;
    start();
    // The whole fails on the poison, then the first half on a bug: the second half goes on.
    database.faults.addAll(List.of(Fault.NONE, Fault.BUG));
    WriteOutcome answer =
        submit(
                Message.of(
                    series("m", "node", "a").with(at(NOW, 1), at(NOW + 1, 1)),
                    series("n", "node", "a").with(at(NOW, 1), bitsAt(NOW + 1, POISON))),
                "unknown")
            .get(10, TimeUnit.SECONDS);
    assertEquals(1, assertInstanceOf(Unavailable.class, answer).written().samples());
    assertEquals(2, count("failed"));
    assertEquals(1, count("rejected"));
    assertEquals(1, count("stored"));
  }

  @Test
  void a_catalog_that_is_away_fails_the_request_as_a_whole() throws Exception {
    database.catalogDown = true;
    Unavailable answer =
        assertInstanceOf(
            Unavailable.class, send(good(1), series("", "node", "a").with(at(NOW, 1))));
    assertEquals("the catalog is away", answer.message());
    assertEquals(2, count("failed") + count("rejected"));
    database.catalogDown = false;
    assertInstanceOf(Stored.class, send(good(1)));
  }

  @Test
  void a_bug_while_decoding_is_answered() throws Exception {
    times = new SampleTimes(Clock.systemUTC(), Duration.ofSeconds(Long.MAX_VALUE), Duration.ZERO);
    assertInstanceOf(Unavailable.class, send(good(1)));
    assertInstanceOf(Unavailable.class, send(good(1)));
    assertEquals(2, count("failed"));
  }

  @Test
  void a_bug_while_counting_does_not_end_the_writer() throws Exception {
    log =
        rejection -> {
          throw new IllegalStateException("a bug");
        };
    start();
    CompletableFuture<WriteOutcome> answer =
        submit(Message.of(series("m", "node", "a").with(at(NOW, 1), at(0, 1))), "unknown");
    assertInstanceOf(
        Stored.class, submit(Message.of(good(2)), "unknown").get(10, TimeUnit.SECONDS));
    assertInstanceOf(PartlyRejected.class, answer.get(10, TimeUnit.SECONDS));
  }

  @Test
  void ids_of_another_database_store_nothing() throws Exception {
    send(good(1));
    var table = cache.current();
    cache.invalidate();
    assertTrue(!table.isValid() && cache.current().isValid());
    assertInstanceOf(Stored.class, send(good(1)));
    assertEquals(1, database.samples.size());
  }

  @Test
  void requests_after_the_end_are_told_so() throws Exception {
    start();
    pipeline.drain(Duration.ofSeconds(10));
    WriteOutcome answer = submit(Message.of(good(1)), "unknown").get(10, TimeUnit.SECONDS);
    assertEquals("shutting down", assertInstanceOf(Unavailable.class, answer).message());
  }

  @Test
  void a_drain_answers_everything_accepted() throws Exception {
    start();
    List<CompletableFuture<WriteOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(submit(Message.of(good(i)), "unknown"));
    }
    pipeline.drain(Duration.ofSeconds(20));
    for (CompletableFuture<WriteOutcome> answer : answers) {
      assertTrue(answer.isDone());
      assertInstanceOf(Stored.class, answer.get());
    }
    assertEquals(50, database.samples.size());
  }

  @Test
  void a_body_too_large_for_the_memory_left_is_told_to_wait() throws Exception {
    start();
    Admission.Ticket other = admission.enter();
    other.reserve((1 << 20) - 10);
    WriteOutcome answer = submit(Message.of(good(1)), "unknown").get(10, TimeUnit.SECONDS);
    other.close();
    assertTrue(
        assertInstanceOf(Unavailable.class, answer)
            .message()
            .contains("HARVESTER_MAX_BYTES_IN_FLIGHT"));
  }

  private static Message.Series good(int number) {
    return series("m", "node", "a").with(at(NOW + number, number));
  }

  private static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }
}
