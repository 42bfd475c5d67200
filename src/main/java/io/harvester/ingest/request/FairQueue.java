package io.harvester.ingest.request;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * A queue in which senders take turns: what one of them puts in waits behind its own, never behind
 * all that another one has put in before. Unbounded: {@link Admission} bounds what there is.
 */
public final class FairQueue<T> {
  private final Map<String, Deque<T>> bySender = new HashMap<>();
  private final Queue<String> turns = new ArrayDeque<>();
  private int size;
  private boolean closed;

  /** Puts something in for a sender; false once the queue is closed. */
  public synchronized boolean put(String sender, T item) {
    return put(sender, item, false);
  }

  /** Puts back what was taken and is not done with: before what its sender has put in since. */
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

  /** What is next; waits for it. Null: closed, and nothing is left. */
  public synchronized T take() throws InterruptedException {
    while (size == 0 && !closed) {
      wait();
    }
    return poll();
  }

  /** What is next; null if there is nothing now. */
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

  public synchronized int size() {
    return size;
  }

  /** Takes nothing more in; what is there can still be taken out. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
