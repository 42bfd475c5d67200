// SPDX-License-Identifier: Apache-2.0
package io.harvester.ingest.request;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * A queue in which senders take turns: an item waits for earlier items of its own sender, not for
 * all earlier items of another sender. It is bounded by {@link Admission}.
 */
public final class FairQueue<T> {
  private final Map<String, Deque<T>> bySender = new HashMap<>();
  private final Queue<String> turns = new ArrayDeque<>();
  private int size;
  private boolean closed;

  /** Adds an item of a sender; false once the queue is closed. */
  public synchronized boolean put(String sender, T item) {
    return put(sender, item, false);
  }

  /** Returns an unfinished item, ahead of the other items of its sender. */
  public synchronized boolean putFirst(String sender, T item) {
    return put(sender, item, true);
  }

  private boolean put(String sender, T item, boolean first) {
    if (closed) {
      return false;
    }
    Deque<T> own = bySender.get(sender);
    if (own == null) {
      own = new ArrayDeque<>();
      bySender.put(sender, own);
      turns.add(sender);
    }
    if (first) {
      own.addFirst(item);
    } else {
      own.addLast(item);
    }
    size++;
    notify();
    return true;
  }

  /** Waits for the next item; null once the queue is closed and empty. */
  public synchronized T take() throws InterruptedException {
    while (size == 0 && !closed) {
      wait();
    }
    return poll();
  }

  /** The next item; null if the queue is empty. */
  public synchronized T poll() {
    String sender = turns.poll();
    if (sender == null) {
      return null;
    }
    Deque<T> own = bySender.get(sender);
    T item = own.remove();
    size--;
    if (own.isEmpty()) {
      bySender.remove(sender);
    } else {
      turns.add(sender);
    }
    return item;
  }

  /** Number of queued items. */
  public synchronized int size() {
    return size;
  }

  /** Accepts no more items; those queued can still be taken. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
