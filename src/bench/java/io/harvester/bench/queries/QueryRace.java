// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.queries;

import io.harvester.bench.tool.ProcessStats;
import io.harvester.bench.tool.ProgramOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Asks several servers the same range queries over Prometheus's HTTP API, in turn, and prints the
 * time and the servers' CPU time of a round. The servers hold the same data.
 */
public final class QueryRace {
  private static final String USAGE =
      """
      usage: QueryRace --server NAME=URL [--server NAME=URL …] [option …]

        --server NAME=URL    address before /api/v1/query_range
        --process NAME=PID,… processes of the server and of its database, for the CPU time
        --set node|fleet     280 queries of one node, 8 at a time; queries of all nodes, one by one
        --node NAME          the node (node-00007)
        --until MS           end of the range, ms (now)
        --span D             length of the range (1h)
        --step D             step of the range (15s)
        --warmup N           rounds that are not counted (1); a JVM compiles for hundreds
        --rounds N           counted rounds (5)
        --extra TEXT         further parameters, as nocache=1 for VictoriaMetrics
        --parallel N         queries at a time (8; 1 for fleet)
      """;

  private static final int MILLIS = 1000;

  private record Server(String name, String url, List<Long> processes) {
    double cpuSeconds() throws IOException {
      double sum = 0;
      for (long process : processes) {
        sum += ProcessStats.cpuSeconds(process);
      }
      return sum;
    }
  }

  /** One query's answer. */
  private record Answer(double millis, int status, int bytes) {}

  private final HttpClient client = HttpClient.newBuilder().build();
  private final String range;
  private final int parallel;
  private final int warmup;

  private QueryRace(String range, int parallel, int warmup) {
    this.range = range;
    this.warmup = warmup;
    this.parallel = parallel;
  }

  /** Prints a table; see the usage. */
  public static void main(String[] arguments) throws Exception {
    ProgramOptions options = new ProgramOptions(arguments);
    List<Server> servers = servers(options.all("server"), options.all("process"));
    boolean fleet = options.text("set", "node").equals("fleet");
    String node = options.text("node", "node-00007");
    long until = options.bigNumber("until", System.currentTimeMillis());
    Duration span = options.duration("span", Duration.ofHours(1));
    Duration step = options.duration("step", Duration.ofSeconds(15));
    int rounds = options.number("rounds", 5);
    int warmup = options.number("warmup", 1);
    String extra = options.text("extra", "");
    int parallel = options.number("parallel", fleet ? 1 : 8);
    options.finish();
    if (servers.isEmpty()) {
      System.err.print(USAGE);
      System.exit(2);
    }
    String range =
        "&start="
            + (until - span.toMillis()) / (double) MILLIS
            + "&end="
            + until / (double) MILLIS
            + "&step="
            + step.toMillis() / (double) MILLIS
            + (extra.isEmpty() ? "" : "&" + extra);
    QueryRace race = new QueryRace(range, parallel, warmup);
    List<String> queries = fleet ? DashboardQueries.ofFleet() : DashboardQueries.ofNode(node);
    if (fleet) {
      for (String query : queries) {
        race.run(servers, List.of(query), rounds);
      }
    } else {
      race.run(servers, queries, rounds);
    }
  }

  private static List<Server> servers(List<String> addresses, List<String> processes) {
    return addresses.stream()
        .map(address -> address.split("=", 2))
        .map(
            part ->
                new Server(
                    part[0],
                    part[1],
                    processes.stream()
                        .filter(process -> process.startsWith(part[0] + "="))
                        .flatMap(process -> Stream.of(process.split("=", 2)[1].split(",", -1)))
                        .map(Long::valueOf)
                        .toList()))
        .toList();
  }

  private void run(List<Server> servers, List<String> queries, int rounds) throws Exception {
    System.out.println(queries.size() == 1 ? queries.get(0) : queries.size() + " queries");
    double[][] wall = new double[servers.size()][rounds];
    double[][] cpu = new double[servers.size()][rounds];
    double[][][] single = new double[servers.size()][queries.size()][rounds];
    for (int round = -warmup; round < rounds; round++) {
      for (int s = 0; s < servers.size(); s++) {
        double before = servers.get(s).cpuSeconds();
        long start = System.nanoTime();
        List<Answer> answers = ask(servers.get(s), queries);
        double millis = (System.nanoTime() - start) / 1e6;
        if (round < 0) {
          if (round == -1) {
            describe(servers.get(s), queries, answers);
          }
          continue;
        }
        wall[s][round] = millis;
        cpu[s][round] = servers.get(s).cpuSeconds() - before;
        for (int q = 0; q < queries.size(); q++) {
          single[s][q][round] = answers.get(q).millis();
        }
      }
    }
    for (int s = 0; s < servers.size(); s++) {
      System.out.printf(
          "  %-12s %9.1f ms  %7.2f CPU-s%n",
          servers.get(s).name(), median(wall[s]), median(cpu[s]));
    }
    slowest(servers, queries, single);
  }

  /** The queries in which the first server stays behind the fastest of the others the most. */
  private static void slowest(List<Server> servers, List<String> queries, double[][][] single) {
    if (queries.size() == 1 || servers.size() == 1) {
      return;
    }
    List<String> lines = new ArrayList<>();
    for (int q = 0; q < queries.size(); q++) {
      double other = Double.MAX_VALUE;
      for (int s = 1; s < servers.size(); s++) {
        other = Math.min(other, median(single[s][q]));
      }
      double own = median(single[0][q]);
      lines.add(String.format("%8.1f ms behind (%.1f): %s", own - other, own, queries.get(q)));
    }
    lines.sort((a, b) -> b.compareTo(a));
    lines.stream().limit(8).forEach(line -> System.out.println("  " + line));
  }

  private static void describe(Server server, List<String> queries, List<Answer> answers) {
    long bytes = answers.stream().mapToLong(Answer::bytes).sum();
    long failed = answers.stream().filter(a -> a.status() != 200).count();
    long small = answers.stream().filter(a -> a.bytes() < 100).count();
    System.out.printf(
        "  %-12s %d bytes, %d failed, %d empty of %d%n",
        server.name(), bytes, failed, small, queries.size());
  }

  private List<Answer> ask(Server server, List<String> queries)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    try {
      List<Future<Answer>> pending = new ArrayList<>();
      for (String query : queries) {
        pending.add(threads.submit(() -> ask(server, query)));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : pending) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdown();
    }
  }

  private Answer ask(Server server, String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    server.url()
                        + "/api/v1/query_range?query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)
                        + range))
            .build();
    long start = System.nanoTime();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(
        (System.nanoTime() - start) / 1e6, response.statusCode(), response.body().length);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
