// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import io.harvester.bench.load.HttpConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the requests of a plan until each is acknowledged. As Prometheus does, it sends the same
 * bytes again after a 5xx, a timeout or a broken connection, to a random one of the aggregators.
 */
final class TrialSender extends Thread {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(15);
  private static final double SHORT_TIMEOUT_SHARE = 0.02;

  /** In the {@link TrialLedger}: the sender gave up after {@link #SHORT_TIMEOUT}, on purpose. */
  static final String SENDER_TIMEOUT = "sender timeout";

  private static final long MAX_BACKOFF_NANOS = 1_000_000_000L;

  private final TrialData data;
  private final TrialPlan plan;
  private final TrialLedger ledger;
  private final RateLimiter limiter;
  private final List<HttpConnection> targets = new ArrayList<>();
  private final Random random;
  private volatile boolean abandoned;

  TrialSender(
      int number,
      List<URI> urls,
      TrialData data,
      TrialPlan plan,
      TrialLedger ledger,
      RateLimiter limiter) {
    super("send-" + number);
    setDaemon(true);
    this.data = data;
    this.plan = plan;
    this.ledger = ledger;
    this.limiter = limiter;
    this.random = new Random(number);
    urls.forEach(url -> targets.add(new HttpConnection(url, TIMEOUT)));
  }

  @Override
  public void run() {
    for (int number = plan.next(); number >= 0 && !abandoned; number = plan.next()) {
      limiter.await();
      deliver(number);
    }
    targets.forEach(HttpConnection::close);
  }

  /** Stops sending; requests that are not acknowledged remain so. */
  void abandon() {
    abandoned = true;
  }

  private void deliver(int number) {
    byte[] request = data.request(number);
    long backoff = 30_000_000;
    while (!abandoned) {
      long wait = attempt(number, request);
      if (wait < 0) {
        return;
      }
      LockSupport.parkNanos(Math.min(MAX_BACKOFF_NANOS, Math.max(wait, backoff)));
      backoff = Math.min(backoff * 2, MAX_BACKOFF_NANOS);
    }
  }

  /** Sends a request once; returns a negative number if done, else the minimum wait in ns. */
  private long attempt(int number, byte[] request) {
    HttpConnection target = targets.get(random.nextInt(targets.size()));
    boolean early = random.nextDouble() < SHORT_TIMEOUT_SHARE;
    try {
      target.timeout(early ? SHORT_TIMEOUT : TIMEOUT);
      return classify(number, target.exchange(request), target);
    } catch (SocketTimeoutException e) {
      ledger.count(early ? SENDER_TIMEOUT : "timeout");
    } catch (IOException e) {
      ledger.count("broken connection");
    }
    return 0;
  }

  private long classify(int number, int status, HttpConnection target) {
    if (status == 204) {
      ledger.acknowledge(number);
      plan.acknowledged(number);
      return -1;
    }
    String retryAfter = target.header("retry-after");
    ledger.count(Integer.toString(status));
    if (status == 503 && retryAfter != null && retryAfter.matches("\\d+")) {
      return Long.parseLong(retryAfter) * 1_000_000_000L;
    }
    ledger.violation(status == 503 ? "503 without Retry-After" : status + " " + target.body());
    // A sender drops a request after a permanent error: it remains unacknowledged.
    return status >= 500 ? 0 : -1;
  }
}
