package io.harvester.store;

import io.harvester.ingest.SampleStore;
import java.util.UUID;

/** Writes samples by COPY, one pgjdbc connection per writer. */
public final class PgSampleStore implements SampleStore {
  private final Jdbc jdbc;
  private final Layout layout;
  private final UUID process;
  private final InstallationGuard guard;

  PgSampleStore(Jdbc jdbc, Layout layout, UUID process, InstallationGuard guard) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.process = process;
    this.guard = guard;
  }

  @Override
  public Session open(String writer) {
    return new CopySession(jdbc, layout, process, guard, writer);
  }
}
