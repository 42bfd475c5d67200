// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import io.harvester.series.Resolution;
import io.harvester.wire.DecodedRequest;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The arrays of one request, from decoding to commit; borrowed from a {@link Pool}. */
public final class Workspace {
  /** The decoded body. */
  public final DecodedRequest columns = new DecodedRequest();

  /** The slots of its series. */
  public final Resolution resolution = new Resolution();

  /** Slot of each sample's series; negative if the sample is rejected. */
  public int[] sampleSlot = new int[1024];

  /** Makes room for the slots of that many samples. */
  public void ensureSamples(int count) {
    if (sampleSlot.length < count) {
      sampleSlot = new int[Math.max(count, sampleSlot.length * 2)];
    }
  }

  long retainedBytes() {
    return columns.retainedBytes() + resolution.retainedBytes() + 4L * sampleSlot.length;
  }

  /** Keeps workspaces for reuse, except those that a large request has enlarged. */
  public static final class Pool {
    private static final long MAX_KEPT_BYTES = 2 << 20;

    private final ConcurrentLinkedQueue<Workspace> free = new ConcurrentLinkedQueue<>();

    /** A workspace for one request. */
    public Workspace borrow() {
      Workspace workspace = free.poll();
      return workspace == null ? new Workspace() : workspace;
    }

    /** Takes a workspace back; the request must not use it any more. */
    public void release(Workspace workspace) {
      workspace.resolution.clear();
      if (workspace.retainedBytes() <= MAX_KEPT_BYTES) {
        free.offer(workspace);
      }
    }
  }
}
