package io.harvester.ingest.request;

import io.harvester.series.Resolution;
import io.harvester.wire.DecodedRequest;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The arrays that one request needs from decoding to commit; borrowed from a {@link Pool}. */
public final class Workspace {
  public final DecodedRequest columns = new DecodedRequest();
  public final Resolution resolution = new Resolution();

  /** Slot of each sample's series; negative for a sample that is not to be stored. */
  public int[] sampleSlot = new int[1024];

  public void ensureSamples(int count) {
    if (sampleSlot.length < count) {
      sampleSlot = new int[Math.max(count, sampleSlot.length * 2)];
    }
  }

  long retainedBytes() {
    return columns.retainedBytes() + resolution.retainedBytes() + 4L * sampleSlot.length;
  }

  /** Keeps workspaces for reuse, except those that a huge request has blown up. */
  public static final class Pool {
    private static final long MAX_KEPT = 2 << 20;

    private final ConcurrentLinkedQueue<Workspace> free = new ConcurrentLinkedQueue<>();

    public Workspace borrow() {
      Workspace workspace = free.poll();
      return workspace == null ? new Workspace() : workspace;
    }

    public void giveBack(Workspace workspace) {
      if (workspace.retainedBytes() <= MAX_KEPT) {
        free.offer(workspace);
      }
    }
  }
}
