package io.harvester.store;

import io.harvester.ingest.SampleStore;

/** Writes samples by COPY, what else there is by INSERT, over pgjdbc. */
public final class PgSampleStore implements SampleStore {
  private final Jdbc jdbc;
  private final Layout layout;
  private final InstallationGuard guard;
  private final ViewMarks viewMarks;

  PgSampleStore(Jdbc jdbc, Layout layout, InstallationGuard guard, ViewMarks viewMarks) {
    this.jdbc = jdbc;
    this.layout = layout;
    this.guard = guard;
    this.viewMarks = viewMarks;
  }

  @Override
  public Session open(String writer) {
    return new CopySession(jdbc, layout, guard, viewMarks, writer);
  }
}
