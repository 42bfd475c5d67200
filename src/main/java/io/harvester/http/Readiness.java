// SPDX-License-Identifier: Apache-2.0
package io.harvester.http;

import io.harvester.account.Accounts;
import io.harvester.account.NodeActions;
import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.auth.NodeInventory;
import io.harvester.ingest.IngestPipeline;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Whether requests are accepted: not before the database is migrated, and not during a stop. */
public final class Readiness {
  private volatile Backend backend;
  private volatile boolean stopping;

  /**
   * What exists only once the database is connected.
   *
   * @param pipeline stores samples
   * @param rateLimit refuses senders that are over their quota
   * @param databaseObstacle why the database cannot be written to; null: it can
   * @param writing whether all writers could write at their last attempt; requests are accepted in
   *     any case, and answered with the reason
   * @param authenticator checks credentials
   * @param enrolment issues credentials
   * @param inventory knows the nodes
   * @param people who logs in to the page; empty: nobody can
   * @param warmedUp whether the JIT warm-up is over; requests are accepted before that, too
   */
  public record Backend(
      IngestPipeline pipeline,
      RateLimit rateLimit,
      Supplier<String> databaseObstacle,
      BooleanSupplier writing,
      Authenticator authenticator,
      Enrolment enrolment,
      NodeInventory inventory,
      Optional<People> people,
      BooleanSupplier warmedUp) {}

  /**
   * People.
   *
   * @param accounts logs them in, and recognizes them
   * @param actions what admins do to nodes
   */
  public record People(Accounts accounts, NodeActions actions) {}

  /** Accepts requests from now on, while the database is reachable. */
  public void start(Backend running) {
    backend = running;
  }

  /** Accepts no requests any more. */
  public void stop() {
    stopping = true;
  }

  /** Why no request is accepted now; null: requests are accepted. */
  public String whyNotAccepting() {
    if (stopping) {
      return "shutting down";
    }
    if (backend == null) {
      return "starting: the database is not migrated yet";
    }
    return backend.databaseObstacle().get();
  }

  /** Why a load balancer should prefer another instance now; null: the service is ready. */
  String whyNotReady() {
    String obstacle = whyNotAccepting();
    if (obstacle != null) {
      return obstacle;
    }
    if (!backend.writing().getAsBoolean()) {
      return "a writer cannot write to the database; the log has the reason";
    }
    return backend.warmedUp().getAsBoolean() ? null : "warming up (HARVESTER_WARMUP)";
  }

  /** Who logs in to the page; only once {@link #whyNotAccepting} has been null. */
  public Optional<People> people() {
    return backend.people();
  }

  /** The backend; only once {@link #whyNotAccepting} has been null. */
  Backend backend() {
    return backend;
  }
}
