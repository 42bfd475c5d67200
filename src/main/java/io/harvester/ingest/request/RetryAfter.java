// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.time.Duration;

/** The Retry-After values of a 503: how long a sender waits before it repeats a request. */
public final class RetryAfter {
  /** Requests in flight free their place and memory within a second. */
  public static final Duration SHORT = Duration.ofSeconds(1);

  /** Credentials are read again every two seconds. */
  public static final Duration MEDIUM = Duration.ofSeconds(2);

  /** The cause may last: a database that does not answer, an internal error. */
  public static final Duration LONG = Duration.ofSeconds(5);

  private RetryAfter() {}
}
