// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks and trials, built by the Maven profile {@code bench}. This package holds the JMH
 * benchmarks of the ingest path and of reading, and {@link io.harvester.bench.ReadQuestions}, which
 * asks a filled database; the other programs are in the packages below it and reach an aggregator
 * from outside only, over HTTP, SQL and signals.
 *
 * <p>Programs, each with {@code --help}:
 *
 * <ul>
 *   <li>{@link io.harvester.bench.load.LoadGenerator}
 *   <li>{@link io.harvester.bench.receivers.SideBySide} ({@code deploy/bench.sh})
 *   <li>{@link io.harvester.bench.receivers.CopyRatio}
 *   <li>{@link io.harvester.bench.trial.TrialMain} ({@code deploy/trial.sh})
 *   <li>{@link io.harvester.bench.trial.InvalidSeriesTrial}
 *   <li>{@link io.harvester.bench.trial.PrometheusCheck}
 *   <li>{@link io.harvester.bench.trial.FaultyAggregator}, which checks that a trial detects faults
 * </ul>
 */
package io.harvester.bench;
