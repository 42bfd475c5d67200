// SPDX-License-Identifier: Apache-2.0
package io.harvester.warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.proto.v1.WriteRequest;
import io.harvester.proto.v2.Request;
import io.harvester.wire.MessageVersion;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Synthetic requests are valid remote_write requests. */
class SyntheticRequestTest {
  private static final long TIME = 1_777_000_123_456L;

  @Test
  void a_request_of_1_0_has_the_given_time_and_node() throws Exception {
    SyntheticRequest synthetic = new SyntheticRequest(MessageVersion.V1);
    synthetic.body(1, 1);
    WriteRequest request = WriteRequest.parseFrom(Snappy.uncompress(synthetic.body(TIME, 42)));
    assertEquals(SyntheticRequest.SERIES, request.getTimeseriesCount());
    Set<String> different =
        request.getTimeseriesList().stream()
            .peek(series -> assertEquals(TIME, series.getSamples(0).getTimestamp()))
            .map(
                series ->
                    series.getLabelsList().stream()
                        .map(label -> label.getName() + "=" + label.getValue())
                        .collect(Collectors.joining(",")))
            .collect(Collectors.toSet());
    assertEquals(SyntheticRequest.SERIES, different.size());
    assertTrue(different.stream().allMatch(labels -> labels.endsWith(",node=warm-up-10042")));
  }

  @Test
  void a_request_of_2_0_has_the_given_time_and_node() throws Exception {
    SyntheticRequest synthetic = new SyntheticRequest(MessageVersion.V2);
    Request request = Request.parseFrom(Snappy.uncompress(synthetic.body(TIME, 9999)));
    assertEquals(SyntheticRequest.SERIES, request.getTimeseriesCount());
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
    assertEquals(SyntheticRequest.SERIES, different.size());
    assertTrue(different.stream().allMatch(labels -> labels.endsWith(",node,warm-up-19999")));
  }
}
