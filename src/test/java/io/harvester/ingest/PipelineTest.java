// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.ingest.IngestPipeline.Dependencies;
import io.harvester.ingest.IngestPipeline.Threads;
import io.harvester.ingest.request.Admission;
import io.harvester.ingest.request.ReceivedRequest;
import io.harvester.ingest.request.Sender;
import io.harvester.ingest.request.WriteOutcome;
import io.harvester.metrics.IngestMetrics;
import io.harvester.quota.NodeQuotas;
import io.harvester.quota.NodeRates;
import io.harvester.quota.Quota;
import io.harvester.quota.SeriesBudget;
import io.harvester.series.LabelLimits;
import io.harvester.series.NodeScope;
import io.harvester.series.SeriesCache;
import io.harvester.series.SeriesResolver;
import io.harvester.storage.RejectionLog;
import io.harvester.testing.Message;
import io.harvester.wire.MessageVersion;
import io.harvester.wire.RemoteWriteDecoder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A pipeline over a database in memory; at the end nothing may be held, and the counts add up. */
abstract class PipelineTest {
  static final long NOW = System.currentTimeMillis();

  final FakeDatabase database = new FakeDatabase();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Admission admission = new Admission(100, 1 << 20);
  final SeriesCache cache = new SeriesCache(10_000);
  final List<RejectionLog.Rejection> reported = Collections.synchronizedList(new ArrayList<>());
  SampleTimes times =
      new SampleTimes(Clock.systemUTC(), Duration.ofDays(1), Duration.ofMinutes(10));
  RejectionLog log = reported::add;
  int batchSamples = 1000;
  IngestPipeline pipeline;

  void start() {
    NodeQuotas unlimited = new NodeQuotas(new Quota(0, 0, 0, 0));
    pipeline =
        new IngestPipeline(
            new Dependencies(
                new RemoteWriteDecoder(1 << 20, 42),
                new SeriesResolver(cache, database, new LabelLimits(10, 100, 100), "node"),
                cache,
                database.store(),
                database,
                log,
                times,
                new SeriesBudget(unlimited, System::nanoTime),
                new NodeRates(unlimited, System::nanoTime),
                new IngestMetrics(meters)),
            new Threads(2, 2, 2, batchSamples));
  }

  @AfterEach
  void everything_adds_up_and_nothing_is_held() throws Exception {
    pipeline.drain(Duration.ofSeconds(10));
    assertEquals(0, admission.requests(), "requests in flight");
    assertEquals(0, admission.bytes(), "bytes in flight");
    assertEquals(
        count("received"),
        count("stored")
            + count("duplicate")
            + count("conflict")
            + count("rejected")
            + count("failed"));
  }

  WriteOutcome send(Message.Series... all) throws Exception {
    if (pipeline == null) {
      start();
    }
    return submit(Message.of(all), "unknown").get(10, TimeUnit.SECONDS);
  }

  CompletableFuture<WriteOutcome> submit(Message message, String defaultNode) {
    return submit(message, new Sender(NodeScope.honoring(defaultNode), false, n -> true));
  }

  CompletableFuture<WriteOutcome> submit(Message message, Sender sender) {
    byte[] body = message.body(Message.Version.V2);
    CompletableFuture<WriteOutcome> answer = new CompletableFuture<>();
    pipeline.submit(
        new ReceivedRequest(body, body.length, MessageVersion.V2, sender, admission.enter()),
        answer::complete);
    return answer;
  }

  long count(String name) {
    return Math.round(
        meters.find("harvester.samples." + name).counters().stream()
            .mapToDouble(Counter::count)
            .sum());
  }
}
