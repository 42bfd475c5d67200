package io.harvester.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.proto.v1.WriteRequest;
import io.harvester.proto.v2.Request;
import io.harvester.wire.MessageVersion;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** What is rehearsed is what senders send, and it goes all the way. */
class RehearsalTest {
  private static final long TIME = 1_777_000_123_456L;

  @Test
  void a_request_of_1_0_has_the_time_and_node_that_were_asked_for() throws Exception {
    MadeUpRequest made = new MadeUpRequest(MessageVersion.V1);
    made.body(1, 1);
    WriteRequest request = WriteRequest.parseFrom(Snappy.uncompress(made.body(TIME, 42)));
    assertEquals(MadeUpRequest.SERIES, request.getTimeseriesCount());
    Set<String> different =
        request.getTimeseriesList().stream()
            .peek(series -> assertEquals(TIME, series.getSamples(0).getTimestamp()))
            .map(
                series ->
                    series.getLabelsList().stream()
                        .map(label -> label.getName() + "=" + label.getValue())
                        .collect(Collectors.joining(",")))
            .collect(Collectors.toSet());
    assertEquals(MadeUpRequest.SERIES, different.size());
    assertTrue(different.stream().allMatch(labels -> labels.endsWith(",node=rehearsal-0042")));
  }

  @Test
  void a_request_of_2_0_has_the_time_and_node_that_were_asked_for() throws Exception {
    MadeUpRequest made = new MadeUpRequest(MessageVersion.V2);
    Request request = Request.parseFrom(Snappy.uncompress(made.body(TIME, 9999)));
    assertEquals(MadeUpRequest.SERIES, request.getTimeseriesCount());
    assertEquals("", request.getSymbols(0));
    Set<String> different =
        request.getTimeseriesList().stream()
            .peek(series -> assertEquals(TIME, series.getSamples(0).getTimestamp()))
            .map(
                series ->
                    series.getLabelsRefsList().stream()
                        .map(request::getSymbols)
                        .collect(Collectors.joining(",")))
            .collect(Collectors.toSet());
    assertEquals(MadeUpRequest.SERIES, different.size());
    assertTrue(different.stream().allMatch(labels -> labels.endsWith(",node,rehearsal-9999")));
  }

  @Test
  void every_sample_goes_all_the_way_until_something_real_is_to_be_done() {
    AtomicInteger asked = new AtomicInteger();
    Rehearsal rehearsal =
        new Rehearsal(Duration.ofMinutes(1), () -> asked.incrementAndGet() > 1000);
    rehearsal.run();
    assertEquals(1000 * MadeUpRequest.SERIES, rehearsal.stored());
  }

  @Test
  void it_ends_when_its_time_is_over() {
    Rehearsal rehearsal = new Rehearsal(Duration.ZERO, () -> false);
    rehearsal.run();
    assertEquals(0, rehearsal.stored());
  }
}
