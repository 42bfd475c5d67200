// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.harvester.bench.load.MessageBuilder;
import io.harvester.bench.tool.Http;
import io.harvester.proto.v1.Histogram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/**
 * Reads the raw samples of a Prometheus by remote read, the only interface that returns value bits
 * unchanged, stale markers included, and native histograms with every bucket. Series carry the
 * external labels, as in remote_write.
 */
final class RemoteRead {
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 4;
  private static final int TIMESERIES = 1;
  private static final int LABEL = 1;
  private static final int NOT_EQUAL = 1;

  private final URI url;

  /** A Prometheus at this URL; its path is ignored. */
  RemoteRead(URI url) {
    this.url = url.resolve("/api/v1/read");
  }

  /** Receives a sample: labels, time in ms, value bits. */
  @FunctionalInterface
  interface SampleReader {
    void sample(SortedMap<String, String> labels, long time, long valueBits);
  }

  /**
   * Reads every sample of every series between two times, inclusive, in ms. The value of a native
   * histogram is its {@link HistogramDigest}.
   */
  void samples(long from, long to, SampleReader reader, SampleReader histograms)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        Http.post(
            url,
            Snappy.compress(query(from, to)),
            "Content-Type",
            "application/x-protobuf",
            "Content-Encoding",
            "snappy",
            "X-Prometheus-Remote-Read-Version",
            "0.1.0");
    if (response.statusCode() != 200) {
      throw new IOException(
          url
              + ": "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    CodedInputStream results = CodedInputStream.newInstance(Snappy.uncompress(response.body()));
    each(
        results,
        1,
        result -> each(result, TIMESERIES, series -> series(series, reader, histograms)));
  }

  // ReadRequest: queries=1 {start_timestamp_ms=1, end_timestamp_ms=2,
  //              matchers=3 {type=1 (1: !=), name=2, value=3}}
  private static byte[] query(long from, long to) {
    MessageBuilder matcher = new MessageBuilder();
    matcher.number(1, NOT_EQUAL);
    matcher.text(2, "__name__");
    matcher.text(3, "");
    MessageBuilder query = new MessageBuilder();
    query.number(1, from);
    query.number(2, to);
    query.message(3, matcher);
    MessageBuilder request = new MessageBuilder();
    request.message(1, query);
    return request.bytes();
  }

  // TimeSeries: labels=1 {name=1, value=2}, samples=2 {value=1, timestamp=2}, histograms=4
  private static void series(CodedInputStream in, SampleReader reader, SampleReader histograms)
      throws IOException {
    SortedMap<String, String> labels = new TreeMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      CodedInputStream part = CodedInputStream.newInstance(in.readByteBuffer());
      switch (WireFormat.getTagFieldNumber(tag)) {
        case LABEL -> label(part, labels);
        case SAMPLES -> sample(part, labels, reader);
        case HISTOGRAMS -> {
          Histogram histogram = Histogram.parseFrom(part);
          histograms.sample(labels, histogram.getTimestamp(), HistogramDigest.of(histogram));
        }
        default -> {}
      }
    }
  }

  private static void label(CodedInputStream in, SortedMap<String, String> labels)
      throws IOException {
    String name = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        name = in.readString();
      } else {
        value = in.readString();
      }
    }
    labels.put(name, value);
  }

  private static void sample(
      CodedInputStream in, SortedMap<String, String> labels, SampleReader reader)
      throws IOException {
    long bits = 0;
    long time = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        bits = in.readFixed64();
      } else {
        time = in.readInt64();
      }
    }
    reader.sample(labels, time, bits);
  }

  private interface Part {
    void read(CodedInputStream in) throws IOException, InterruptedException;
  }

  private static void each(CodedInputStream in, int field, Part part)
      throws IOException, InterruptedException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        part.read(CodedInputStream.newInstance(in.readByteBuffer()));
      } else {
        in.skipField(tag);
      }
    }
  }
}
