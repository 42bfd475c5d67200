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
 * Gives ids to series without keeping them. If it knows a database, it asks it for each, and to
 * insert each for a node and a metric that are not there, so that nothing is. For a rehearsal.
 */
public final class DiscardingCatalog implements SeriesCatalog {
  private static final int NOBODY = -1;

  private final SeriesQueries rows;
  private final AtomicLong series = new AtomicLong();

  /** Negative ids: a rehearsed transaction locks no node that is there. */
  private final AtomicInteger nodes = new AtomicInteger();

  private final Map<String, Integer> nodeIds = new ConcurrentHashMap<>();

  /** Asks nobody. */
  public DiscardingCatalog() {
    this(null);
  }

  public DiscardingCatalog(SeriesQueries rows) {
    this.rows = rows;
  }

  @Override
  public List<Registered> register(List<SeriesKey> keys, BiPredicate<SeriesKey, Boolean> admits)
      throws CatalogException {
    if (rows != null) {
      ask(keys);
    }
    List<Registered> answers = new ArrayList<>(keys.size());
    for (SeriesKey key : keys) {
      int node = nodeIds.computeIfAbsent(key.node(), name -> nodes.decrementAndGet());
      answers.add(admits.test(key, true) ? new Registered(series.incrementAndGet(), node) : null);
    }
    return answers;
  }

  private void ask(List<SeriesKey> keys) throws CatalogException {
    Map<UUID, Registered> found = new HashMap<>();
    Map<String, Integer> nobody = new HashMap<>();
    for (SeriesKey key : keys) {
      nobody.put(key.node(), NOBODY);
      nobody.put(key.metric(), NOBODY);
    }
    try {
      rows.find(keys, found);
      rows.insert(keys, nobody, nobody, found);
    } catch (DatabaseException e) {
      throw new CatalogException("not rehearsed: " + e.getMessage(), e);
    }
  }
}
