package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.storage.SampleStore;

/** Writes samples by COPY, what else there is by INSERT, over pgjdbc. */
public final class PgSampleStore implements SampleStore {
  private final WriterConnection.Opener opener;
  private final WritePath layout;
  private final InstallationGuard guard;
  private final PendingViews viewMarks;

  public PgSampleStore(
      WriterConnection.Opener opener,
      WritePath layout,
      InstallationGuard guard,
      PendingViews viewMarks) {
    this.opener = opener;
    this.layout = layout;
    this.guard = guard;
    this.viewMarks = viewMarks;
  }

  @Override
  public Session open(String writer) {
    return new WriteSession(opener, layout, guard, viewMarks, writer);
  }
}
