/**
 * Load generator, exactly-once trials and the side-by-side benchmark. Everything here talks to an
 * aggregator from outside: over HTTP, SQL and signals. Depends on no package of ours; the load
 * generator depends on nothing but the JDK, because it shares the machine with what it measures.
 *
 * <p>Programs, each with {@code --help}: {@link io.harvester.bench.LoadGenerator}, {@link
 * io.harvester.bench.SideBySide} ({@code deploy/bench.sh}), {@link io.harvester.bench.CopyRatio},
 * {@link io.harvester.bench.TrialMain} ({@code deploy/trial.sh}), {@link
 * io.harvester.bench.PrometheusCheck}; and {@link io.harvester.bench.FaultyAggregator}, which tries
 * the trial itself.
 */
package io.harvester.bench;
