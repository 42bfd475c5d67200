package io.harvester.ingest;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Has the small batches of several writers follow each other: while one is in the database the next
 * is prepared, and behind it more gathers, so that more samples share the cost of a transaction. A
 * large batch needs no turn, and nobody waits for long: a writer that hangs must not hold up the
 * nodes of another.
 */
final class WriteTurns {
  /** From here on the cost of the transaction itself hardly shows in that of a sample. */
  private static final int LARGE_BATCH = 5_000;

  private static final long PATIENCE_MILLIS = 5;

  private final Semaphore preparing = new Semaphore(1, true);
  private final Semaphore sending = new Semaphore(1, true);

  /** The turns of one writer, whose thread alone uses it. */
  Turn turn() {
    return new Turn();
  }

  /** One writer: prepares, then is in the database ({@link #run}), then at its end. */
  final class Turn implements Runnable {
    private boolean small;
    private Semaphore held;

    /** Waits until no other small batch is prepared. */
    void prepare(int samples) throws InterruptedException {
      small = samples < LARGE_BATCH;
      if (small) {
        wait(preparing);
      }
    }

    /** Waits until no other small batch is in the database; may be called again. */
    @Override
    public void run() {
      if (!small) {
        return;
      }
      small = false;
      Semaphore before = held;
      held = null;
      try {
        wait(sending);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        if (before != null) {
          before.release();
        }
      }
    }

    void end() {
      if (held != null) {
        held.release();
        held = null;
      }
    }

    private void wait(Semaphore turn) throws InterruptedException {
      if (turn.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        held = turn;
      }
    }
  }
}
