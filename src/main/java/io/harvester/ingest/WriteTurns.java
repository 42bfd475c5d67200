package io.harvester.ingest;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Has the small batches of several writers follow each other: while one is written the next gathers
 * more, and the cost of a transaction is shared by more samples. A large batch needs no turn, and
 * nobody waits for long: a writer that hangs must not hold up the nodes of another.
 */
final class WriteTurns {
  /** From here on the cost of the transaction itself hardly shows in that of a sample. */
  private static final int LARGE_BATCH = 5_000;

  private static final long PATIENCE_MILLIS = 5;

  private final Semaphore turn = new Semaphore(1, true);

  /** Waits for the turn if it is of use; true: {@link #done} must be called. */
  boolean await(int samples) throws InterruptedException {
    return samples < LARGE_BATCH && turn.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  void done() {
    turn.release();
  }
}
