// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.TestAggregator;
import io.harvester.testing.Message;
import io.harvester.testing.TestSender;
import java.util.List;

/** Sends the samples of a test in slices of ten minutes, as Prometheus takes them only in order. */
final class PromLoad {
  private static final long SLICE = 600_000;

  private PromLoad() {}

  static void store(
      TestAggregator aggregator,
      List<Message.Series> samples,
      List<PromHistograms.Observed> histograms) {
    send(aggregator.sender(), samples, histograms);
  }

  static void store(
      RealPrometheus prometheus,
      List<Message.Series> samples,
      List<PromHistograms.Observed> histograms) {
    send(new TestSender(prometheus.api().port()), samples, histograms);
  }

  private static void send(
      TestSender to, List<Message.Series> samples, List<PromHistograms.Observed> histograms) {
    long first = PromSamples.BASE - SLICE;
    for (long from = first; from < PromSamples.BASE + PromSamples.SPAN + SLICE; from += SLICE) {
      Message.Series[] slice = PromSamples.slice(samples, from, SLICE);
      if (slice.length > 0) {
        to.send(slice).mustBeStored();
      }
      ExtraMessage message = new ExtraMessage();
      boolean some = false;
      for (PromHistograms.Observed one : histograms) {
        long time = one.histogram().getTimestamp();
        if (time >= from && time < from + SLICE) {
          some = true;
          message
              .series(one.metric(), "handler", one.handler(), "node", one.node())
              .addHistograms(one.histogram());
        }
      }
      if (some) {
        message.sendTo(to).mustBeStored();
      }
    }
  }
}
