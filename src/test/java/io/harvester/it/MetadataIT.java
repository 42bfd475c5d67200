// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.harvester.TestAggregator;
import io.harvester.proto.v1.MetricMetadata;
import io.harvester.proto.v1.MetricMetadata.MetricType;
import io.harvester.proto.v1.WriteRequest;
import io.harvester.proto.v2.Metadata;
import io.harvester.proto.v2.Request;
import io.harvester.proto.v2.Sample;
import io.harvester.proto.v2.TimeSeries;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.Message.Version;
import io.harvester.testing.TestDatabase;
import java.util.List;

/** Type, help and unit reach the metrics of the series that they describe. */
class MetadataIT {
  private static final String METRICS =
      "SELECT name, type, family FROM harvester.metric WHERE family IS NOT NULL ORDER BY name";

  private final long now = System.currentTimeMillis();

  /** Remote-Write 1.0 sends the family x of series x_total or x_bucket (OpenMetrics). */
  @EachTier
  void a_family_describes_its_series_whichever_comes_first(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      family(a, MetricType.COUNTER, "before");
      a.send(series("before_total").with(at(now, 1)), series("after_count").with(at(now, 1)))
          .mustBeStored();
      a.send(
              series("after_sum").with(at(now, 1)),
              series("after_bucket", "le", "1").with(at(now, 1)))
          .mustBeStored();
      a.send(series("after_other").with(at(now, 1))).mustBeStored();
      family(a, MetricType.HISTOGRAM, "after");
      assertEquals(
          List.of(
              List.of("after_bucket", "histogram", "after"),
              List.of("after_count", "histogram", "after"),
              List.of("after_sum", "histogram", "after"),
              List.of("before_total", "counter", "before")),
          db.query(METRICS));
      family(a, MetricType.COUNTER, "without_series");
      assertEquals(
          List.of(List.of(5L)),
          db.query("SELECT count(*) FROM pg_views WHERE schemaname = 'metric'"),
          "a family without series has no view");
    }
  }

  private static void family(TestAggregator a, MetricType type, String name) {
    byte[] body =
        WriteRequest.newBuilder()
            .addMetadata(
                MetricMetadata.newBuilder().setType(type).setMetricFamilyName(name).setHelp("help"))
            .build()
            .toByteArray();
    a.sender().post(Message.compressed(body), Version.V1.contentType()).mustBeStored();
  }

  /** A symbol table may contain a text twice; series may refer to either entry. */
  @EachTier
  void a_repeated_symbol_loses_no_metadata(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      Request request =
          Request.newBuilder()
              .addAllSymbols(List.of("", "__name__", "__name__", "m", "the help"))
              .addTimeseries(
                  TimeSeries.newBuilder()
                      .addAllLabelsRefs(List.of(2, 3))
                      .setMetadata(
                          Metadata.newBuilder()
                              .setType(Metadata.MetricType.METRIC_TYPE_GAUGE)
                              .setHelpRef(4))
                      .addSamples(Sample.newBuilder().setTimestamp(now).setValue(1)))
              .build();
      a.sender()
          .post(Message.compressed(request.toByteArray()), Version.V2.contentType())
          .mustBeStored();
      assertEquals(
          List.of(List.of("m", "gauge", "the help")),
          db.query("SELECT name, type, help FROM harvester.metric"));
    }
  }
}
