package io.harvester.store;

import io.harvester.ingest.SampleStore;

/** Writes samples by COPY, what else there is by INSERT, over pgjdbc. */
public final class PgSampleStore implements SampleStore {
  private final WriterConnection.Opener opener;
  private final WritingLayout layout;
  private final InstallationGuard guard;
  private final ViewMarks viewMarks;

  PgSampleStore(
      WriterConnection.Opener opener,
      WritingLayout layout,
      InstallationGuard guard,
      ViewMarks viewMarks) {
    this.opener = opener;
    this.layout = layout;
    this.guard = guard;
    this.viewMarks = viewMarks;
  }

  @Override
  public Session open(String writer) {
    return new CopySession(opener, layout, guard, viewMarks, writer);
  }
}
