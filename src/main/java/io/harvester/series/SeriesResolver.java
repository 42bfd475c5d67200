// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.series.Resolution.Defective;
import io.harvester.series.SeriesCatalog.Registered;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.SeriesDefect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;

/**
 * Finds the slot of every series in a request. Known series cost one hash lookup ({@link #lookUp});
 * those seen for the first time are read and validated ({@link #read}), and registered in the
 * catalog, all of a request in one go ({@link #register}). Only the last waits for the database.
 */
public final class SeriesResolver {
  private final SeriesCache cache;
  private final NodeRegistry nodes;
  private final SeriesCatalog catalog;
  private final LabelLimits limits;
  private final String nodeLabel;

  /** Builds a resolver over shared cache, nodes and catalog. */
  public SeriesResolver(
      SeriesCache cache,
      NodeRegistry nodes,
      SeriesCatalog catalog,
      LabelLimits limits,
      String nodeLabel) {
    this.cache = cache;
    this.nodes = nodes;
    this.catalog = catalog;
    this.limits = limits;
    this.nodeLabel = nodeLabel;
  }

  /** What a label set may measure. */
  public LabelLimits limits() {
    return limits;
  }

  /**
   * Resolves the series that are known.
   *
   * @return whether that was all of them; otherwise {@link #read} and {@link #register} follow
   */
  public boolean lookUp(DecodedRequest request, Resolution into) {
    SeriesTable table = cache.current();
    into.start(table, request.seriesCount);
    table.lock().readLock().lock();
    try {
      int record = SeriesTable.ABSENT;
      for (int i = 0; i < request.seriesCount; i++) {
        record =
            request.defect[i] == 0
                ? table.record(request.hashHigh[i], request.hashLow[i], record + 1)
                : SeriesTable.ABSENT;
        if (record == SeriesTable.ABSENT) {
          into.missed(i);
        } else {
          into.found(i, table.lookedUp(record), nodes);
        }
      }
    } finally {
      table.lock().readLock().unlock();
    }
    return into.missCount() == 0;
  }

  /** A reader of labels with this resolver's limits. */
  public LabelSetReader labelReader() {
    return new LabelSetReader(limits, nodeLabel);
  }

  /**
   * Reads and validates the series that {@link #lookUp} did not know. Asks nobody.
   *
   * @param defaultNode node of series without a node label
   */
  public NewSeries read(DecodedRequest request, String defaultNode, Resolution into) {
    LabelSetReader labels = labelReader();
    NewSeries fresh = new NewSeries(into.missCount());
    for (int m = 0; m < fresh.misses(); m++) {
      SeriesKey key = validated(labels, request, into.miss(m), defaultNode, into);
      if (key != null) {
        fresh.add(m, key);
      }
    }
    return fresh;
  }

  /**
   * Registers what {@link #read} gave, and rejects what the gate keeps out.
   *
   * @throws CatalogException if the catalog cannot be asked now
   */
  public void register(DecodedRequest request, NewSeries fresh, SeriesGate gate, Resolution into)
      throws CatalogException {
    List<SeriesKey> ordered = fresh.distinct();
    if (ordered.isEmpty()) {
      return;
    }
    // Judged once, however often the catalog has to try.
    Map<UUID, SeriesDefect> judged = new HashMap<>();
    BiPredicate<SeriesKey, Boolean> admits =
        (key, isNew) ->
            judged.computeIfAbsent(key.fingerprint(), f -> gate.judge(key, isNew))
                == SeriesDefect.NONE;
    Map<UUID, Registered> registered = new HashMap<>();
    List<SeriesKey> unread = readAhead(ordered, admits, cache.warm(into.table()), registered);
    if (!unread.isEmpty()) {
      List<Registered> answers = catalog.register(unread, admits);
      for (int i = 0; i < unread.size(); i++) {
        registered.put(unread.get(i).fingerprint(), answers.get(i));
      }
    }
    add(request, fresh, registered, into);
    judged.values().removeIf(defect -> defect == SeriesDefect.NONE);
    if (!judged.isEmpty()) {
      rejectRefused(fresh, judged, into);
    }
  }

  /** Takes what was read from the catalog ahead; returns what was not. */
  private static List<SeriesKey> readAhead(
      List<SeriesKey> keys,
      BiPredicate<SeriesKey, Boolean> admits,
      PreloadedSeries warm,
      Map<UUID, Registered> registered) {
    List<SeriesKey> unread = new ArrayList<>();
    for (SeriesKey key : keys) {
      Registered series = warm.find(key.fingerprint());
      if (series == null) {
        unread.add(key);
      } else if (admits.test(key, false)) {
        registered.put(key.fingerprint(), series);
      }
    }
    return unread;
  }

  private static void rejectRefused(
      NewSeries fresh, Map<UUID, SeriesDefect> refused, Resolution into) {
    for (int m = 0; m < fresh.misses(); m++) {
      SeriesDefect defect = refused.get(fresh.fingerprint(m));
      if (defect != null) {
        SeriesKey key = fresh.key(fresh.fingerprint(m));
        into.reject(new Defective(into.miss(m), key.node(), key.metric(), defect));
      }
    }
  }

  private void add(
      DecodedRequest request, NewSeries fresh, Map<UUID, Registered> registered, Resolution into) {
    SeriesTable table = into.table();
    table.lock().writeLock().lock();
    try {
      for (int m = 0; m < fresh.misses(); m++) {
        UUID fingerprint = fresh.fingerprint(m);
        Registered series = registered.get(fingerprint);
        if (series != null) {
          int i = into.miss(m);
          Node node = nodes.put(fresh.key(fingerprint).node(), series.nodeId());
          long high = request.hashHigh[i];
          long low = request.hashLow[i];
          into.found(i, table.add(high, low, series.seriesId(), node.index()), nodes);
        }
      }
    } finally {
      table.lock().writeLock().unlock();
    }
  }

  private static SeriesKey validated(
      LabelSetReader labels, DecodedRequest request, int i, String defaultNode, Resolution into) {
    SeriesDefect scanned = SeriesDefect.of(request.defect[i]);
    if (scanned.hidesLabels()) {
      into.reject(new Defective(i, defaultNode, "", scanned));
      return null;
    }
    SeriesKey key = labels.read(request, i, defaultNode);
    SeriesDefect defect = scanned == SeriesDefect.NONE ? labels.defect() : scanned;
    if (defect == SeriesDefect.NONE) {
      return key;
    }
    into.reject(new Defective(i, labels.nodeName(defaultNode), labels.metricName(), defect));
    return null;
  }
}
