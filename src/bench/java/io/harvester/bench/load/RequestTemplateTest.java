// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/** Reads the requests of the load generator with snappy-java and protobuf-java. */
class RequestTemplateTest {
  private static final URI UNUSED = URI.create("http://127.0.0.1:1/api/v1/write");
  private static final long TIME = 1_795_000_000_123L;

  private final NodeExporterSamples fleet = new NodeExporterSamples(700, "node-", 1);

  @Test
  void catalog_returnsExactlyTheRequestedNumberOfSeries() {
    for (int count : new int[] {1, 100, 700, 1500}) {
      assertEquals(count, MetricCatalog.series(count).size());
    }
  }

  @Test
  void catalog_hasNoDuplicateSeries() {
    long distinct =
        MetricCatalog.series(1000).stream().map(s -> s.metric() + s.labels()).distinct().count();
    assertEquals(1000, distinct);
  }

  @ParameterizedTest
  @EnumSource
  void filledPlaceholders_areReadBack(Protocol protocol) throws IOException {
    List<Protocol.OpenSeries> request = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      request.add(new Protocol.OpenSeries(fleet.labels(7, i), "gauge", "help", 2, null));
    }
    RequestTemplate template = new RequestTemplate(protocol, UNUSED, request);
    for (long round = 1; round <= 2; round++) {
      template.setTime(0, TIME + round);
      template.setTime(1, TIME - round);
      for (int index = 0; index < 1400; index++) {
        template.setValue(index, round * 1_000_003L * index);
      }
      List<long[]> samples = samples(protocol, Snappy.uncompress(template.body()));
      assertEquals(1400, samples.size());
      for (int index = 0; index < 1400; index++) {
        assertEquals(round * 1_000_003L * index, samples.get(index)[0]);
        assertEquals(index % 2 == 0 ? TIME + round : TIME - round, samples.get(index)[1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void size_isAboutThatOfAnOrdinarySnappyWriter(Protocol protocol) throws IOException {
    List<Protocol.OpenSeries> request = new ArrayList<>();
    MovingValues values = fleet.values(7, 0, 700);
    for (int i = 0; i < 700; i++) {
      Double constant = values.moving(i) ? null : values.get(i);
      request.add(new Protocol.OpenSeries(fleet.labels(7, i), "gauge", "help", 1, constant));
    }
    RequestTemplate template = new RequestTemplate(protocol, UNUSED, request);
    template.setTime(0, TIME);
    int templateBytes = template.body().length;
    int ordinaryBytes = Snappy.compress(Snappy.uncompress(template.body())).length;
    assertTrue(
        templateBytes < ordinaryBytes * 1.25 && templateBytes > ordinaryBytes * 0.6,
        templateBytes + " bytes, ordinary snappy " + ordinaryBytes);
  }

  /** Value bits and time of every sample, in order. */
  private static List<long[]> samples(Protocol protocol, byte[] message) throws IOException {
    int timeseries = protocol == Protocol.V1 ? 1 : 5;
    List<long[]> samples = new ArrayList<>();
    forEachField(
        CodedInputStream.newInstance(message),
        timeseries,
        series -> forEachField(series, 2, sample -> samples.add(sample(sample))));
    return samples;
  }

  private static long[] sample(CodedInputStream in) throws IOException {
    long[] sample = new long[2];
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        sample[0] = in.readFixed64();
      } else {
        sample[1] = in.readInt64();
      }
    }
    return sample;
  }

  private interface Reader {
    void read(CodedInputStream in) throws IOException;
  }

  private static void forEachField(CodedInputStream in, int field, Reader reader)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        reader.read(CodedInputStream.newInstance(in.readByteBuffer()));
      } else {
        in.skipField(tag);
      }
    }
  }
}
