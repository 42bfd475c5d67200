package io.harvester.ingest.request;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the requests in flight and the memory they hold; who finds no room is told to retry.
 *
 * <p>One sender may hold as much as is still free, and no more (the dynamic threshold of shared
 * memory switches, Choudhury and Hahne 1998): a single one gets half of everything, two get a third
 * each, and however many flood us, the next one still finds room.
 */
public final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** What one sender holds; gone when it holds nothing. */
  private record Share(long requests, long bytes) {
    static final Share NONE = new Share(0, 0);

    Share plus(long moreRequests, long moreBytes) {
      Share sum = new Share(requests + moreRequests, bytes + moreBytes);
      return sum.equals(NONE) ? null : sum;
    }
  }

  private volatile boolean used;

  /** Takes the two bounds. */
  public Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** A place for one request of somebody unknown, or null if all are taken. */
  public Ticket enter() {
    return enter(null);
  }

  /**
   * A place for one request, or null if all are taken, or all that this sender may have.
   *
   * @param sender who sends; null: unknown, so it cannot be told from others
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

  /** Whether a request ever got a place. */
  public boolean isUsed() {
    return used;
  }

  /** Requests in flight. */
  public long requests() {
    return requests.get();
  }

  /** Memory reserved, in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /** One request's place and memory. Closed by whoever answers; later closings do nothing. */
  public final class Ticket implements AutoCloseable {
    private final String sender;
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Ticket(String sender) {
      this.sender = sender;
    }

    /** Reserves memory; false if there is none left. A lone request always gets what it needs. */
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

    /** A sender's only request needs room, and no share. */
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
