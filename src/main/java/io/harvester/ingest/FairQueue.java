package io.harvester.ingest;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * A queue in which senders take turns: what one of them puts in waits behind its own, never behind
 * all that another one has put in before. Unbounded: {@link Admission} bounds what there is.
 */
final class FairQueue<T> {
  private final Map<String, Queue<T>> bySender = new HashMap<>();
  private final Queue<String> turns = new ArrayDeque<>();
  private int size;
  private boolean closed;

  /** Puts something in for a sender; false once the queue is closed. */
  synchronized boolean put(String sender, T item) {
    if (closed) {
      return false;
    }
    Queue<T> own = bySender.get(sender);
    if (own == null) {
      own = new ArrayDeque<>();
      bySender.put(sender, own);
      turns.add(sender);
    }
    own.add(item);
    size++;
    notify();
    return true;
  }

  /** What is next; waits for it. Null: closed, and nothing is left. */
  synchronized T take() throws InterruptedException {
    while (size == 0 && !closed) {
      wait();
    }
    return poll();
  }

  /** What is next; null if there is nothing now. */
  synchronized T poll() {
    String sender = turns.poll();
    if (sender == null) {
      return null;
    }
    Queue<T> own = bySender.get(sender);
    T item = own.remove();
    size--;
    if (own.isEmpty()) {
      bySender.remove(sender);
    } else {
      turns.add(sender);
    }
    return item;
  }

  synchronized int size() {
    return size;
  }

  /** Takes nothing more in; what is there can still be taken out. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
