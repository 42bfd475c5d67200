// SPDX-License-Identifier: Apache-2.0
package io.harvester.it;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What Prometheus 3.5.3 answered to the queries of a seed: {@code recorded_queries.tsv}, a path and
 * its JSON in each line.
 */
record RecordedQueries(long seed, String fingerprint, List<RecordedQueries.Answer> answers) {
  /** Number of queries in the file. */
  static final int QUERIES = 300;

  private static final long SEED = 35;
  private static final String FILE = "recorded_queries.tsv";

  /** Longer answers are left out, and empty ones. */
  private static final int MAX_LENGTH = 1200;

  /** A query and its answer. */
  record Answer(String path, JsonObject json) {}

  /** Prints the file anew; needs a Prometheus, as DifferentialIT. */
  public static void main(String[] arguments) throws Exception {
    RandomQueries queries = new RandomQueries(SEED);
    try (RealPrometheus prometheus = RealPrometheus.start()) {
      queries.store(prometheus);
      System.out.println(SEED + "\t" + queries.fingerprint());
      for (int count = 0; count < QUERIES; ) {
        String path = queries.next();
        JsonObject answer = RandomQueries.ask(prometheus.api(), path);
        answer.remove("warnings");
        answer.remove("infos");
        String json = answer.encode();
        if (json.length() <= MAX_LENGTH && !json.contains("\"result\":[]")) {
          System.out.println(path + "\t" + json);
          count++;
        }
      }
    }
  }

  static RecordedQueries read() throws IOException {
    try (InputStream in = RecordedQueries.class.getResourceAsStream(FILE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String[] head = reader.readLine().split("\t", -1);
      List<Answer> answers =
          reader
              .lines()
              .map(line -> line.split("\t", -1))
              .map(parts -> new Answer(parts[0], new JsonObject(parts[1])))
              .toList();
      return new RecordedQueries(Long.parseLong(head[0]), head[1], answers);
    }
  }
}
