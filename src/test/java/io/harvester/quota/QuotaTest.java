// SPDX-License-Identifier: Apache-2.0
package io.harvester.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.harvester.quota.SeriesBudget.Decision;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private long nanos = 1_000_000_000_000L;
  private final NodeQuotas quotas = new NodeQuotas(new Quota(10, 5, 100, 1000));
  private final SeriesBudget budget = new SeriesBudget(quotas, () -> nanos);
  private final NodeRates rates = new NodeRates(quotas, () -> nanos);

  @Test
  void new_series_are_admitted_up_to_the_hourly_quota_and_again_later() {
    assertEquals(5, admitted("a", 8, true));
    nanos += 720L * 1_000_000_000; // a fifth of an hour: one more
    assertEquals(1, admitted("a", 3, true));
  }

  @Test
  void series_that_the_catalog_knows_count_as_active_but_not_as_new() {
    assertEquals(10, admitted("a", 20, false));
    assertEquals(Decision.TOO_MANY_SERIES, budget.admit("a", "m", true));
  }

  @Test
  void a_recount_makes_room_for_others() {
    admitted("a", 20, false);
    budget.recount(Map.of("b", 10));
    assertEquals(10, admitted("a", 20, false));
    assertEquals(0, admitted("b", 1, false));
  }

  @Test
  void an_override_applies_to_its_node_only_and_can_be_removed() {
    quotas.override(Map.of("a", new QuotaOverride(2, null, null, null)));
    assertEquals(2, admitted("a", 9, false));
    assertEquals(9, admitted("b", 9, false));
    quotas.override(Map.of());
    assertEquals(8, admitted("a", 9, false));
  }

  @Test
  void the_metric_that_grows_fastest_is_named_among_very_many() {
    for (int i = 0; i < 10_000; i++) {
      budget.admit("a", i % 4 == 0 ? "flood" : "m" + i, true);
    }
    assertEquals("flood", budget.fastestGrowing("a"));
    assertTrue(budget.explain("a", Decision.TOO_MANY_NEW_SERIES).contains("flood"));
  }

  @Test
  void a_rate_may_be_exceeded_briefly_but_not_continuously() {
    rates.used("a", 900, 10);
    assertEquals(0, rates.secondsToWait("a"));
    rates.used("a", 600, 10);
    assertTrue(rates.secondsToWait("a") >= 5);
    assertEquals(0, rates.secondsToWait("b"));
    nanos += 7L * 1_000_000_000;
    assertEquals(0, rates.secondsToWait("a"));
  }

  @Test
  void a_single_huge_request_is_admitted_and_delays_the_next() {
    rates.used("a", 0, 50_000);
    assertEquals(41, rates.secondsToWait("a"));
    nanos += 41L * 1_000_000_000;
    assertEquals(0, rates.secondsToWait("a"));
  }

  @Test
  void no_quota_means_no_bound() {
    quotas.override(Map.of("a", new QuotaOverride(0, 0, 0, 0L)));
    rates.used("a", 1L << 40, 1L << 40);
    assertEquals(0, rates.secondsToWait("a"));
    assertEquals(1000, admitted("a", 1000, true));
  }

  @Test
  void a_million_node_labels_do_not_fill_memory_and_take_no_quota_from_other_nodes() {
    SeriesBudget bounded = new SeriesBudget(quotas, () -> nanos, 10_000 * 250);
    bounded.recount(Map.of("lab", 9));
    for (int i = 0; i < 1_000_000; i++) {
      assertEquals(Decision.ADMITTED, bounded.admit("node-" + i, "m", true));
      if (i % 50_000 == 0) {
        bounded.recount(Map.of("lab", 9));
      }
    }
    assertTrue(bounded.size() <= 10_000, bounded.size() + " nodes");
    assertEquals(Decision.ADMITTED, bounded.admit("lab", "m", true));
    assertEquals(Decision.TOO_MANY_SERIES, bounded.admit("lab", "m", true));
    assertEquals("m", bounded.fastestGrowing("lab"));
  }

  @Test
  void a_node_that_returns_after_a_flood_of_others_has_its_quota() {
    SeriesBudget bounded = new SeriesBudget(quotas, () -> nanos, 10_000 * 250);
    for (int i = 0; i < 100_000; i++) {
      bounded.admit("node-" + i, "m", true);
    }
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += bounded.admit("node-0", "m", true) == Decision.ADMITTED ? 1 : 0;
    }
    // The first attempts may be forgotten: the cache keeps what is used most.
    assertTrue(admitted >= 5 && admitted <= 10, admitted + " admitted");
  }

  @Test
  void a_node_without_series_is_forgotten_after_an_hour_and_an_active_one_is_not() {
    admitted("idle", 8, true);
    admitted("active", 8, true);
    for (int minute = 0; minute < 61; minute++) {
      nanos += 60L * 1_000_000_000;
      budget.recount(Map.of("active", 8));
    }
    assertEquals(1, budget.size());
    assertEquals(2, admitted("active", 8, true));
    assertEquals(5, admitted("idle", 8, true));
  }

  @Test
  void a_long_metric_name_does_not_fill_memory() {
    budget.admit("a", "m".repeat(2000), true);
    assertEquals("m".repeat(100) + "…", budget.fastestGrowing("a"));
  }

  @Test
  void a_million_senders_do_not_fill_memory_and_one_that_returns_has_its_quota() {
    for (int i = 0; i < 1_000_000; i++) {
      rates.used("node-" + i, 1, 1);
    }
    assertTrue(rates.size() <= 100_000, rates.size() + " senders");
    rates.used("node-0", 0, 50_000);
    assertEquals(41, rates.secondsToWait("node-0"));
  }

  private int admitted(String node, int series, boolean isNew) {
    int admitted = 0;
    for (int i = 0; i < series; i++) {
      admitted += budget.admit(node, "m", isNew) == Decision.ADMITTED ? 1 : 0;
    }
    return admitted;
  }
}
