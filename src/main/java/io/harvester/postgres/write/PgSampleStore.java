// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import io.harvester.postgres.catalog.PendingViews;
import io.harvester.postgres.pg.InstallationGuard;
import io.harvester.storage.ChunkDirectory;
import io.harvester.storage.SampleStore;

/**
 * Stores samples over pgjdbc: float samples in the way of the {@link WritePath}, everything else by
 * INSERT.
 */
public final class PgSampleStore implements SampleStore {
  private final WriterConnection.Opener opener;
  private final WritePath path;
  private final InstallationGuard guard;
  private final PendingViews pendingViews;

  /** Creates a store whose sessions share everything given. */
  public PgSampleStore(
      WriterConnection.Opener opener,
      WritePath path,
      InstallationGuard guard,
      PendingViews pendingViews) {
    this.opener = opener;
    this.path = path;
    this.guard = guard;
    this.pendingViews = pendingViews;
  }

  @Override
  public ChunkDirectory chunks() {
    return path.chunks();
  }

  @Override
  public Session open(String writer) {
    return new WriteSession(opener, path, guard, pendingViews, writer);
  }
}
