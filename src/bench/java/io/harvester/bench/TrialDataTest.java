package io.harvester.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class TrialDataTest {
  private static final long START = 1_795_000_000_000L;
  private static final int NODES = 3;

  private final TrialData data =
      new TrialData(
          Protocol.V1, URI.create("http://127.0.0.1:1/write"), "t-", NODES, 5, 2, START, 4999);

  @Test
  void request_hasTheSameBytesEveryTime() {
    byte[] once = data.request(7);
    data.request(4);
    assertArrayEquals(once, data.request(7));
    assertFalse(Arrays.equals(once, data.request(4)));
  }

  @Test
  void index_isThatOfTheRequestThatCarriesIt() {
    assertEquals(3, data.index((START + 3 * 4999) * 1000));
    assertEquals(-1, data.index((START + 3 * 4999) * 1000 + 1));
    assertEquals(-1, data.index((START - 4999) * 1000));
    assertEquals(NODES + 2, data.requestOf(2, 3));
  }

  @Test
  void plan_givesOutEveryRequestAndRepeatsOnlyRepeatableOnes() {
    TrialPlan plan = new TrialPlan(NODES, 1000, 1);
    BitSet given = new BitSet();
    for (int number = plan.next(); number >= 0; number = plan.next()) {
      assertTrue(!given.get(number) || number % TrialPlan.REPEATABLE == 0);
      given.set(number);
      plan.acknowledged(number);
    }
    assertEquals(1000, given.cardinality());
    assertEquals(1000, plan.generated());
  }
}
