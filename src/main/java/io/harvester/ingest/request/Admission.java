// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the requests in flight and their memory. A request that is not admitted is answered 503.
 *
 * <p>One sender may hold at most as much as is still free (the dynamic threshold of shared-memory
 * switches, Choudhury and Hahne 1998): a single sender gets half of everything, two get a third
 * each, and under any flood the next sender still finds room.
 */
public final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** What one sender holds; removed when it holds nothing. */
  private record Share(long requests, long bytes) {
    static final Share NONE = new Share(0, 0);

    Share plus(long moreRequests, long moreBytes) {
      Share sum = new Share(requests + moreRequests, bytes + moreBytes);
      return sum.equals(NONE) ? null : sum;
    }
  }

  private volatile boolean used;

  /** Takes both bounds: number of requests and bytes. */
  public Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Admits a request of an unauthenticated sender; null if no place is free. */
  public Ticket enter() {
    return enter(null);
  }

  /**
   * Admits a request; null if no place is free for it.
   *
   * @param sender name of its sender; null if unauthenticated
   */
  public Ticket enter(String sender) {
    long total = requests.incrementAndGet();
    long own = sender == null ? 0 : shareOf(sender).requests();
    if (total > maxRequests || (own > 0 && own > maxRequests - total)) {
      requests.decrementAndGet();
      return null;
    }
    change(sender, 1, 0);
    used = true;
    return new Ticket(sender);
  }

  private Share shareOf(String sender) {
    return shares.getOrDefault(sender, Share.NONE);
  }

  private void change(String sender, long moreRequests, long moreBytes) {
    if (sender != null) {
      shares.compute(
          sender,
          (name, share) -> (share == null ? Share.NONE : share).plus(moreRequests, moreBytes));
    }
  }

  /** Whether a request was ever admitted. */
  public boolean isUsed() {
    return used;
  }

  /** Number of requests in flight. */
  public long requests() {
    return requests.get();
  }

  /** Memory reserved by them, in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /** The place and the memory of one request. Closed with its answer; closing again is harmless. */
  public final class Ticket implements AutoCloseable {
    private final String sender;
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Ticket(String sender) {
      this.sender = sender;
    }

    /** Reserves memory, in bytes; false if none is left. A lone request always gets its memory. */
    public boolean reserve(long more) {
      long total = bytes.addAndGet(more);
      boolean noRoom = total > maxBytes && total != held.get() + more;
      if (noRoom || isOverShare(more, total)) {
        bytes.addAndGet(-more);
        return false;
      }
      held.addAndGet(more);
      change(sender, 0, more);
      return true;
    }

    /** A sender's only request is not limited by the sender's share. */
    private boolean isOverShare(long more, long total) {
      if (sender == null) {
        return false;
      }
      Share share = shareOf(sender);
      return share.requests() > 1 && share.bytes() + more > maxBytes - total;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        long freed = held.getAndSet(0);
        bytes.addAndGet(-freed);
        requests.decrementAndGet();
        change(sender, -1, -freed);
      }
    }
  }
}
