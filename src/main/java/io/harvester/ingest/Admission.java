package io.harvester.ingest;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the requests in flight and the memory they hold; who finds no room is told to retry. */
public final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** Takes the two bounds. */
  public Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** A place for one request, or null if all are taken. */
  public Ticket enter() {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      return null;
    }
    return new Ticket();
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
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Reserves memory; false if there is none left. A lone request always gets what it needs. */
    public boolean reserve(long more) {
      if (bytes.addAndGet(more) > maxBytes && bytes.get() != held.get() + more) {
        bytes.addAndGet(-more);
        return false;
      }
      held.addAndGet(more);
      return true;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        bytes.addAndGet(-held.getAndSet(0));
        requests.decrementAndGet();
      }
    }
  }
}
