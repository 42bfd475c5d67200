// SPDX-License-Identifier: Apache-2.0
package io.harvester.bench.trial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.bench.load.Protocol;
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
    byte[] first = data.request(7);
    data.request(4);
    assertArrayEquals(first, data.request(7));
    assertFalse(Arrays.equals(first, data.request(4)));
  }

  @Test
  void index_isThatOfTheRequestThatCarriesIt() {
    assertEquals(3, data.index((START + 3 * 4999) * 1000));
    assertEquals(-1, data.index((START + 3 * 4999) * 1000 + 1));
    assertEquals(-1, data.index((START - 4999) * 1000));
    assertEquals(NODES + 2, data.requestOf(2, 3));
  }

  @Test
  void plan_returnsEveryRequestAndRepeatsOnlyRepeatableOnes() {
    TrialPlan plan = new TrialPlan(NODES, 1000, 1);
    BitSet sent = new BitSet();
    for (int number = plan.next(); number >= 0; number = plan.next()) {
      assertTrue(!sent.get(number) || number % TrialPlan.REPEATABLE == 0);
      sent.set(number);
      plan.acknowledged(number);
    }
    assertEquals(1000, sent.cardinality());
    assertEquals(1000, plan.generated());
  }
}
