// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.write;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The merge of open chunks yields to writers that are busy. */
class WriterLoadTest {
  private final WriterLoad load = new WriterLoad();

  /** Two writers, which spend a share of 50 ms in transactions. */
  private boolean isBusyAt(double share) throws InterruptedException {
    long begun = System.nanoTime();
    Thread.sleep(50);
    load.add((long) (2 * share * (System.nanoTime() - begun)));
    return load.isBusy();
  }

  @Test
  void writers_are_busy_while_they_spend_much_of_their_time_in_transactions() throws Exception {
    load.opened();
    load.opened();
    load.isBusy();
    assertFalse(isBusyAt(0.1));
    assertTrue(isBusyAt(0.9));
    assertTrue(load.isBusy(), "asked again at once");
    assertFalse(isBusyAt(0));
  }

  @Test
  void a_process_without_writers_is_not_busy() throws Exception {
    assertFalse(isBusyAt(0));
    load.opened();
    load.closed();
    assertFalse(load.isBusy());
  }
}
