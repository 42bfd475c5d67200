package io.harvester.http;

import io.harvester.auth.Authenticator;
import io.harvester.auth.Enrolment;
import io.harvester.auth.NodeInventory;
import io.harvester.ingest.IngestPipeline;
import java.util.function.BooleanSupplier;

/** Whether requests are taken: not before the database is migrated, and not while stopping. */
public final class Readiness {
  private volatile Parts parts;
  private volatile boolean stopping;

  /**
   * What there is only once the database is there.
   *
   * @param pipeline where samples go
   * @param databaseReachable whether the database answered lately
   * @param authenticator lets senders in
   * @param enrolment hands out credentials
   * @param inventory knows the nodes
   * @param warmedUp whether samples go at full speed; they are taken anyway
   */
  public record Parts(
      IngestPipeline pipeline,
      BooleanSupplier databaseReachable,
      Authenticator authenticator,
      Enrolment enrolment,
      NodeInventory inventory,
      BooleanSupplier warmedUp) {}

  /** The database is there and the pipeline runs. */
  public void start(Parts running) {
    parts = running;
  }

  /** From now on new requests are sent elsewhere. */
  public void stop() {
    stopping = true;
  }

  /** Why no request is taken now; null: all is well. */
  String unready() {
    if (stopping) {
      return "shutting down";
    }
    if (parts == null) {
      return "starting: the database is not migrated yet";
    }
    return parts.databaseReachable().getAsBoolean() ? null : "the database cannot be reached";
  }

  /** Why it is better to send requests elsewhere for now; null: all is well. */
  String unwilling() {
    String unready = unready();
    return unready != null || parts.warmedUp().getAsBoolean()
        ? unready
        : "rehearsing, to be fast from the first request on: HARVESTER_WARMUP";
  }

  /** The parts; only once {@link #unready} has been null. */
  Parts parts() {
    return parts;
  }
}
