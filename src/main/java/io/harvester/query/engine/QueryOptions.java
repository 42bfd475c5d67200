// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.engine;

import io.harvester.read.Matcher;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What differs from query to query.
 *
 * @param lookbackMillis how old the newest sample of a series may be
 * @param restriction further conditions of every selector: what the asker may see
 * @param cancelled whether the client has closed the connection
 * @param timeout how long the evaluation may take
 * @param text the query as it was written, for the positions in warnings; "": they are left out
 */
public record QueryOptions(
    long lookbackMillis,
    List<Matcher> restriction,
    BooleanSupplier cancelled,
    Duration timeout,
    String text) {
  /** Prometheus's lookback: 5 minutes. */
  public static final long DEFAULT_LOOKBACK = 300_000;

  /** Options of a query whose text is not known. */
  public QueryOptions(
      long lookbackMillis, List<Matcher> restriction, BooleanSupplier cancelled, Duration timeout) {
    this(lookbackMillis, restriction, cancelled, timeout, "");
  }
}
