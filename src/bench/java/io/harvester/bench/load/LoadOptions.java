// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.load;

import io.harvester.bench.tool.ProgramOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * Parameters of a load.
 *
 * @param url write endpoint of the receiver
 * @param protocol version of remote_write
 * @param connections number of connections that send in parallel; a request of the fleet is always
 *     sent over the same one
 * @param nodes number of nodes
 * @param nodePrefix prefix of the node names
 * @param seriesPerNode series of each node
 * @param samplesPerRequest size of a request; a larger node is split, smaller nodes are joined
 * @param rounds scrapes of each node; 0: until the duration is over
 * @param duration length of the load; zero: until the rounds are over
 * @param warmup length of the beginning that is not measured
 * @param interval scrape interval of each node; zero: as fast as possible
 * @param startTime time of the first scrape, ms; only without an interval
 * @param step time between scrapes; only without an interval
 * @param seed seed of the values
 * @param profile how much the values move
 * @param timeout longest wait for a response
 */
public record LoadOptions(
    URI url,
    Protocol protocol,
    int connections,
    int nodes,
    String nodePrefix,
    int seriesPerNode,
    int samplesPerRequest,
    int rounds,
    Duration duration,
    Duration warmup,
    Duration interval,
    long startTime,
    Duration step,
    long seed,
    Profile profile,
    Duration timeout) {

  static final String USAGE =
      """
      LoadGenerator: sends node_exporter samples of a simulated fleet to a remote_write receiver

        --url URL                 write endpoint (http://127.0.0.1:9201/api/v1/write);
                                  with a token: http://NODE:TOKEN@…
        --version 1|2             of remote_write (1)
        --connections N           (8)
        --nodes N                 (100)
        --node-prefix TEXT        prefix of node names; another prefix makes all series new (node-)
        --series-per-node N       (700)
        --samples-per-request N   (700)
        --rounds N                scrapes of each node (10; unlimited if --duration is given)
        --duration D              length of the load: 30s, 5m, … (until the rounds are over)
        --warmup D                length of the beginning that is not measured (0s)
        --interval D              scrape each node once per D, evenly spread, with current times
        --rate N                  sets --interval by samples per second over all nodes
        --start-time T            time of the first scrape, ISO or ms (now - rounds * step)
        --step D                  time between scrapes (15s)
        --seed N                  seed of the values (1)
        --profile steady|moving   moving: few constant series, values of finer resolution (steady)
        --timeout D               longest wait for a response (30s)

      Prints the result as JSON, then as text. Exit status: 0 every response was a success, 1 not,
      2 usage.
      """;

  static LoadOptions parse(ProgramOptions args) {
    Duration duration = args.duration("duration", Duration.ZERO);
    int nodes = args.number("nodes", 100);
    int seriesPerNode = args.number("series-per-node", 700);
    Duration step = args.duration("step", Duration.ofSeconds(15));
    int rounds = args.number("rounds", duration.isZero() ? 10 : 0);
    double rate = args.decimal("rate", 0);
    Duration interval =
        rate > 0
            ? Duration.ofNanos((long) (1e9 * nodes * seriesPerNode / rate))
            : args.duration("interval", Duration.ZERO);
    long defaultStart = System.currentTimeMillis() - Math.max(rounds, 400) * step.toMillis();
    return new LoadOptions(
        URI.create(args.text("url", "http://127.0.0.1:9201/api/v1/write")),
        Protocol.of(args.number("version", 1)),
        args.number("connections", 8),
        nodes,
        args.text("node-prefix", "node-"),
        seriesPerNode,
        args.number("samples-per-request", 700),
        rounds,
        duration,
        args.duration("warmup", Duration.ZERO),
        interval,
        time(args.text("start-time", Long.toString(defaultStart))),
        step,
        args.bigNumber("seed", 1),
        Profile.of(args.text("profile", "steady")),
        args.duration("timeout", Duration.ofSeconds(30)));
  }

  /** This load on another receiver, starting at another time (ms). */
  public LoadOptions to(URI receiver, Protocol version, long firstTime) {
    return with(receiver, version, rounds, firstTime);
  }

  /** This load with another number of rounds. */
  public LoadOptions withRounds(int other) {
    return with(url, protocol, other, startTime);
  }

  private LoadOptions with(URI receiver, Protocol version, int scrapes, long firstTime) {
    return new LoadOptions(
        receiver,
        version,
        connections,
        nodes,
        nodePrefix,
        seriesPerNode,
        samplesPerRequest,
        scrapes,
        duration,
        warmup,
        interval,
        firstTime,
        step,
        seed,
        profile,
        timeout);
  }

  /** Whether nodes are scraped at an interval, not as fast as possible. */
  boolean paced() {
    return !interval.isZero();
  }

  private static long time(String text) {
    return text.matches("\\d+") ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
  }
}
