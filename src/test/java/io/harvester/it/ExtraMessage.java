// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.TestAggregator;
import io.harvester.proto.v2.Exemplar;
import io.harvester.proto.v2.Request;
import io.harvester.proto.v2.TimeSeries;
import io.harvester.testing.Answer;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.testing.TestSender;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A request of 2.0 with whatever its series are given: histograms, exemplars, start times. */
final class ExtraMessage {
  private final Request.Builder request = Request.newBuilder();
  private final Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));

  /** A new series; the caller fills it. */
  TimeSeries.Builder series(String metric, String... labels) {
    return request
        .addTimeseriesBuilder()
        .addAllLabelsRefs(refs("__name__", metric))
        .addAllLabelsRefs(refs(labels));
  }

  /** An exemplar with these labels: name, value, name, value, … */
  Exemplar exemplar(long time, double value, String... labels) {
    return Exemplar.newBuilder()
        .setTimestamp(time)
        .setValue(value)
        .addAllLabelsRefs(refs(labels))
        .build();
  }

  private List<Integer> refs(String... texts) {
    return Stream.of(texts)
        .map(
            text -> {
              symbols.putIfAbsent(text, symbols.size());
              return symbols.get(text);
            })
        .toList();
  }

  Answer sendTo(TestAggregator aggregator) {
    return sendTo(aggregator.sender());
  }

  Answer sendTo(TestSender sender) {
    byte[] body = request.clone().addAllSymbols(symbols.keySet()).build().toByteArray();
    return sender.post(Message.compressed(body), Version.V2.contentType());
  }
}
