package io.harvester.http;

import io.harvester.ingest.IngestPipeline;
import io.harvester.ingest.ReceivedRequest;
import io.harvester.ingest.WriteOutcome;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Whether requests are taken: not before the database is migrated, and not while stopping. */
public final class Service {
  private volatile IngestPipeline pipeline;
  private volatile BooleanSupplier databaseReachable = () -> false;
  private volatile boolean stopping;

  /** The database is there and the pipeline runs. */
  public void start(IngestPipeline running, BooleanSupplier reachable) {
    databaseReachable = reachable;
    pipeline = running;
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
    if (pipeline == null) {
      return "starting: the database is not migrated yet";
    }
    return databaseReachable.getAsBoolean() ? null : "the database cannot be reached";
  }

  void ingest(ReceivedRequest request, Consumer<WriteOutcome> whenCertain) {
    pipeline.submit(request, whenCertain);
  }
}
