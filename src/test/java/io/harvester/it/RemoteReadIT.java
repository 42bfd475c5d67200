// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import static io.harvester.testing.Message.at;
import static io.harvester.testing.Message.bitsAt;
import static io.harvester.testing.Message.series;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.TestAggregator;
import io.harvester.proto.read.Chunk;
import io.harvester.proto.read.ChunkedReadResponse;
import io.harvester.proto.read.ChunkedSeries;
import io.harvester.proto.read.LabelMatcher;
import io.harvester.proto.read.Query;
import io.harvester.proto.read.ReadRequest;
import io.harvester.proto.read.ReadRequest.ResponseType;
import io.harvester.proto.read.ReadResponse;
import io.harvester.proto.v1.Label;
import io.harvester.proto.v1.TimeSeries;
import io.harvester.testing.EachTier;
import io.harvester.testing.Message;
import io.harvester.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/** Remote read passes every stored sample, bit for bit, in both forms of the answer. */
class RemoteReadIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final long START = System.currentTimeMillis() / 1000 * 1000 - 86_400_000;
  private static final int SAMPLES = 500;

  /** Values and distances at the borders of the encoding. */
  private static Map<Long, Long> awkward(long seed) {
    Random random = new Random(seed);
    Map<Long, Long> samples = new TreeMap<>();
    long time = START;
    for (int i = 0; i < SAMPLES; i++) {
      long bits =
          switch (random.nextInt(8)) {
            case 0 -> Message.STALE;
            case 1 -> Double.doubleToRawLongBits(Double.NaN);
            case 2 -> Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);
            case 3 -> Double.doubleToRawLongBits(-0.0);
            case 4 -> Double.doubleToRawLongBits(random.nextInt(100));
            case 5 -> random.nextLong() & ~0x7FF0000000000000L;
            default -> Double.doubleToRawLongBits(1e9 + i);
          };
      samples.put(time, bits);
      int[] distances = {1, 1_000, 1_001, 8_192, 65_537, 15_000, 15_000};
      time += distances[random.nextInt(distances.length)];
    }
    return samples;
  }

  private static Message.Series load(String node, Map<Long, Long> samples) {
    return series("load", "node", node)
        .with(
            samples.entrySet().stream()
                .map(entry -> bitsAt(entry.getKey(), entry.getValue()))
                .toArray(Message.Sample[]::new));
  }

  private static ReadRequest request(String node, ResponseType... accepted) {
    Query query =
        Query.newBuilder()
            .setStartTimestampMs(START)
            .setEndTimestampMs(START + 2 * 86_400_000)
            .addMatchers(matcher(LabelMatcher.Type.EQ, "__name__", "load"))
            .addMatchers(matcher(LabelMatcher.Type.RE, "node", node))
            .build();
    return ReadRequest.newBuilder()
        .addQueries(query)
        .addAllAcceptedResponseTypes(List.of(accepted))
        .build();
  }

  private static LabelMatcher matcher(LabelMatcher.Type type, String name, String value) {
    return LabelMatcher.newBuilder().setType(type).setName(name).setValue(value).build();
  }

  private static HttpResponse<byte[]> ask(TestAggregator a, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + a.port() + "/api/v1/read"))
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String node(List<Label> labels) {
    return labels.stream()
        .filter(label -> label.getName().equals("node"))
        .map(Label::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Map<Long, Long>> samples(byte[] answer) throws IOException {
    ReadResponse response = ReadResponse.parseFrom(Snappy.uncompress(answer));
    Map<String, Map<Long, Long>> all = new TreeMap<>();
    for (TimeSeries series : response.getResults(0).getTimeseriesList()) {
      Map<Long, Long> samples =
          all.computeIfAbsent(node(series.getLabelsList()), n -> new TreeMap<>());
      series
          .getSamplesList()
          .forEach(s -> samples.put(s.getTimestamp(), Double.doubleToRawLongBits(s.getValue())));
    }
    return all;
  }

  private static Map<String, Map<Long, Long>> chunks(byte[] answer) throws IOException {
    Map<String, Map<Long, Long>> all = new TreeMap<>();
    ByteArrayInputStream in = new ByteArrayInputStream(answer);
    while (in.available() > 0) {
      int length = length(in);
      byte[] checksum = in.readNBytes(4);
      byte[] message = in.readNBytes(length);
      CRC32C expected = new CRC32C();
      expected.update(message);
      assertEquals((int) expected.getValue(), ByteBuffer.wrap(checksum).getInt(), "CRC-32C");
      for (ChunkedSeries series : ChunkedReadResponse.parseFrom(message).getChunkedSeriesList()) {
        Map<Long, Long> samples =
            all.computeIfAbsent(node(series.getLabelsList()), n -> new TreeMap<>());
        for (Chunk chunk : series.getChunksList()) {
          Map<Long, Long> decoded = XorReader.read(chunk.getData().toByteArray());
          assertEquals(chunk.getMinTimeMs(), decoded.keySet().stream().min(Long::compare).get());
          assertEquals(chunk.getMaxTimeMs(), decoded.keySet().stream().max(Long::compare).get());
          samples.putAll(decoded);
        }
      }
    }
    return all;
  }

  private static int length(ByteArrayInputStream in) {
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.read();
      length |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return length;
      }
    }
  }

  @EachTier
  void both_forms_hold_what_was_written(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db)) {
      Map<String, Map<Long, Long>> written =
          Map.of("lab-1", awkward(1), "lab-2", awkward(2), "web-1", Map.of(START, 0L));
      a.send(
              written.entrySet().stream()
                  .map(e -> load(e.getKey(), e.getValue()))
                  .toArray(Message.Series[]::new))
          .mustBeStored();
      HttpResponse<byte[]> plain = ask(a, Snappy.compress(request(".+").toByteArray()));
      assertEquals(200, plain.statusCode());
      assertEquals("snappy", plain.headers().firstValue("Content-Encoding").orElse(""));
      assertEquals(new TreeMap<>(written), samples(plain.body()));
      byte[] streamed =
          Snappy.compress(
              request(".+", ResponseType.STREAMED_XOR_CHUNKS, ResponseType.SAMPLES).toByteArray());
      HttpResponse<byte[]> stream = ask(a, streamed);
      assertEquals(
          "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse",
          stream.headers().firstValue("Content-Type").orElse(""));
      assertEquals(new TreeMap<>(written), chunks(stream.body()));
      String token = new NodeCli(db).reader("add", "lab", "--may-read", "lab-*");
      assertEquals(
          List.of("lab-1", "lab-2"),
          List.copyOf(chunks(ask(a, streamed, "Authorization", "Bearer " + token).body()).keySet()),
          "a reader sees its nodes only");
    }
  }

  @EachTier
  void what_is_no_question_is_refused(TestDatabase db) throws Exception {
    try (TestAggregator a = TestAggregator.start(db, "--query-max-samples=3")) {
      a.send(
              series("load", "node", "a")
                  .with(at(START, 1), at(START + 1, 2), at(START + 2, 3), at(START + 3, 4)))
          .mustBeStored();
      HttpResponse<byte[]> rubbish = ask(a, new byte[] {1, 2, 3});
      assertEquals(400, rubbish.statusCode());
      assertTrue(text(rubbish).contains("no snappy block"), text(rubbish));
      HttpResponse<byte[]> regex = ask(a, Snappy.compress(request("(").toByteArray()));
      assertEquals(400, regex.statusCode(), text(regex));
      HttpResponse<byte[]> large = ask(a, Snappy.compress(request("a").toByteArray()));
      assertEquals(400, large.statusCode());
      assertTrue(
          text(large).contains("more than 3 samples (HARVESTER_QUERY_MAX_SAMPLES)"), text(large));
    }
  }
}
