package io.harvester.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.harvester.proto.v1.Histogram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.SortedMap;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/**
 * Asks a Prometheus for its raw samples by remote read: the one way that gives values bit for bit,
 * stale markers included, and native histograms with every bucket. External labels are on the
 * answer as they are on what it sends.
 */
final class RemoteRead {
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 4;
  private static final int TIMESERIES = 1;
  private static final int LABEL = 1;
  private static final int NOT_EQUAL = 1;

  private final URI url;

  /** {@code url}: where the Prometheus is, without a path. */
  RemoteRead(URI url) {
    this.url = url.resolve("/api/v1/read");
  }

  /** Receives one sample. */
  @FunctionalInterface
  interface SampleReader {
    void sample(SortedMap<String, String> labels, long time, long valueBits);
  }

  /**
   * Every sample of every series from the first to the last time, both included, in ms; native
   * histograms with their {@link HistogramDigest} as value.
   */
  void samples(long from, long to, SampleReader reader, SampleReader histograms)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        Http.post(
            url,
            Snappy.compress(question(from, to)),
            "Content-Type",
            "application/x-protobuf",
            "Content-Encoding",
            "snappy",
            "X-Prometheus-Remote-Read-Version",
            "0.1.0");
    if (answer.statusCode() != 200) {
      throw new IOException(
          url
              + ": "
              + answer.statusCode()
              + " "
              + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
    }
    CodedInputStream response = CodedInputStream.newInstance(Snappy.uncompress(answer.body()));
    each(
        response,
        1,
        result -> each(result, TIMESERIES, series -> series(series, reader, histograms)));
  }

  // ReadRequest: queries=1 {start_timestamp_ms=1, end_timestamp_ms=2,
  //              matchers=3 {type=1 (1: !=), name=2, value=3}}
  private static byte[] question(long from, long to) {
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
