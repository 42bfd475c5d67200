// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.harvester.testing.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a Prometheus answered to random calls on the samples of a seed: {@code prom_functions.txt}.
 * A line with a call is followed by a line per point.
 */
record PromRecording(long seed, String fingerprint, Map<String, Answer> answers) {
  private static final long SEED = 21;
  private static final int CALLS = 12;
  private static final int POINTS = 4;

  /** The answer to a call. */
  record Answer(PromCall call, Map<String, Double> values) {}

  /** Prints the file anew; needs a Prometheus, as PromFunctionsIT. */
  public static void main(String[] arguments) throws Exception {
    List<Message.Series> samples = PromSamples.all(SEED);
    try (RealPrometheus prometheus = RealPrometheus.start()) {
      PromLoad.store(prometheus, samples, PromHistograms.natives(SEED));
      System.out.println("# Answers of Prometheus 3.5.3, made by PromRecording");
      System.out.println("samples " + PromSamples.fingerprint(samples));
      for (PromCall call : calls()) {
        System.out.println(call.sql());
        prometheus
            .api()
            .answer(call)
            .forEach((key, value) -> System.out.println("\t" + value + " " + key));
      }
    }
  }

  private static List<PromCall> calls() {
    Random random = new Random(SEED);
    return PromCall.FUNCTIONS.stream()
        .flatMap(
            function ->
                java.util.stream.IntStream.range(0, CALLS)
                    .mapToObj(i -> PromCall.random(function, random, POINTS)))
        .toList();
  }

  static PromRecording read() throws IOException {
    Map<String, Answer> answers = new LinkedHashMap<>();
    java.util.Iterator<PromCall> calls = calls().iterator();
    String fingerprint = "";
    Map<String, Double> current = Map.of();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PromRecording.class.getResourceAsStream("prom_functions.txt"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("samples ")) {
          fingerprint = line.substring("samples ".length());
        } else if (line.startsWith("\t")) {
          int end = line.indexOf(' ');
          current.put(line.substring(end + 1), Double.valueOf(line.substring(1, end)));
        } else if (!line.startsWith("#")) {
          current = new TreeMap<>();
          answers.put(line, new Answer(calls.next(), current));
        }
      }
    }
    return new PromRecording(SEED, fingerprint, answers);
  }
}
