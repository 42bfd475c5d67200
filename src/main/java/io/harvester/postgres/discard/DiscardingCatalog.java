// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.discard;

import io.harvester.postgres.catalog.SeriesQueries;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.series.CatalogException;
import io.harvester.series.SeriesCatalog;
import io.harvester.series.SeriesKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;

/**
 * A catalog for the JIT warm-up, which gives ids to series and stores none. With a database, it
 * also sends the queries of the real catalog, but for a node and a metric that do not exist, so
 * that nothing is inserted.
 */
public final class DiscardingCatalog implements SeriesCatalog {
  /** The id of a node and a metric that do not exist. */
  private static final int NO_SUCH_ID = -1;

  private final SeriesQueries queries;
  private final AtomicLong series = new AtomicLong();

  /** Negative ids, so that the transactions of the warm-up lock no existing node. */
  private final AtomicInteger nodes = new AtomicInteger();

  private final Map<String, Integer> nodeIds = new ConcurrentHashMap<>();

  /** A catalog without a database. */
  public DiscardingCatalog() {
    this(null);
  }

  /** A catalog that sends its queries to a database, or to none if null. */
  public DiscardingCatalog(SeriesQueries queries) {
    this.queries = queries;
  }

  @Override
  public List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException {
    if (queries != null) {
      query(keys);
    }
    List<Registered> answers = new ArrayList<>(keys.size());
    for (SeriesKey key : keys) {
      int node = nodeIds.computeIfAbsent(key.node(), name -> nodes.decrementAndGet());
      answers.add(admits.test(key, true) ? new Registered(series.incrementAndGet(), node) : null);
    }
    return answers;
  }

  private void query(List<SeriesKey> keys) throws CatalogException {
    Map<UUID, Registered> found = new HashMap<>();
    Map<String, Integer> noSuchIds = new HashMap<>();
    for (SeriesKey key : keys) {
      noSuchIds.put(key.node(), NO_SUCH_ID);
      noSuchIds.put(key.metric(), NO_SUCH_ID);
    }
    try {
      queries.find(keys, found);
      queries.insert(keys, noSuchIds, noSuchIds, found);
    } catch (DatabaseException e) {
      throw new CatalogException("JIT warm-up failed to query the catalog: " + e.getMessage(), e);
    }
  }
}
