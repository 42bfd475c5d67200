// SPDX-License-Identifier: Apache-2.0
package io.harvester.series;

import io.harvester.series.Resolution.Defective;
import io.harvester.series.SeriesCatalog.Registered;
import io.harvester.wire.DecodedRequest;
import io.harvester.wire.SeriesDefect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;

/**
 * Finds the slot of each series of a request. A known series costs one hash lookup ({@link
 * #lookUp}). New ones are read and validated ({@link #read}), and then registered in the catalog,
 * all of a request at once ({@link #register}). Only the last step waits for the database.
 */
public final class SeriesResolver {
  /**
   * Series get their ids in this order: those of a node and metric become neighbours, also where a
   * request does not send them together.
   */
  private static final Comparator<SeriesKey> BY_METRIC =
      Comparator.comparing(SeriesKey::node).thenComparing(SeriesKey::metric);

  private final SeriesCache cache;
  private final SeriesCatalog catalog;
  private final LabelLimits limits;
  private final String nodeLabel;

  /** Cache and catalog are shared with others. */
  public SeriesResolver(
      SeriesCache cache, SeriesCatalog catalog, LabelLimits limits, String nodeLabel) {
    this.cache = cache;
    this.catalog = catalog;
    this.limits = limits;
    this.nodeLabel = nodeLabel;
  }

  /** The limits of label sets. */
  public LabelLimits limits() {
    return limits;
  }

  /**
   * Resolves the series that are known.
   *
   * @return whether all are known; otherwise {@link #read} and {@link #register} must follow
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
          into.found(i, table.lookedUp(record));
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
   * Reads and validates the series that {@link #lookUp} did not know. Does no I/O.
   *
   * @param scope how the node of a series follows from its labels
   */
  public NewSeries read(DecodedRequest request, NodeScope scope, Resolution into) {
    LabelSetReader labels = labelReader();
    NewSeries fresh = new NewSeries(into.missCount());
    for (int m = 0; m < fresh.misses(); m++) {
      SeriesKey key = validated(labels, request, into.miss(m), scope, into);
      if (key != null) {
        fresh.add(m, key, labels.renamed());
      }
    }
    return fresh;
  }

  /**
   * Registers the series that {@link #read} returned, and rejects those that the gate refuses.
   *
   * @throws CatalogException if the catalog does not answer
   */
  public void register(DecodedRequest request, NewSeries fresh, SeriesGate gate, Resolution into)
      throws CatalogException {
    List<SeriesKey> ordered = fresh.distinct();
    ordered.sort(BY_METRIC);
    if (ordered.isEmpty()) {
      return;
    }
    // Decided once per series, also if the catalog retries.
    Map<UUID, SeriesDefect> decided = new HashMap<>();
    BiPredicate<SeriesKey, Boolean> admits =
        (key, isNew) ->
            decided.computeIfAbsent(key.fingerprint(), f -> gate.check(key, isNew))
                == SeriesDefect.NONE;
    Map<UUID, Registered> registered = new HashMap<>();
    List<SeriesKey> others =
        takePreloaded(ordered, admits, cache.preloaded(into.table()), registered);
    if (!others.isEmpty()) {
      List<Registered> answers = catalog.register(others, admits);
      for (int i = 0; i < others.size(); i++) {
        registered.put(others.get(i).fingerprint(), answers.get(i));
      }
    }
    add(request, fresh, registered, into);
    decided.values().removeIf(defect -> defect == SeriesDefect.NONE);
    if (!decided.isEmpty()) {
      rejectRefused(fresh, decided, into);
    }
  }

  /** Takes preloaded series; returns the others. */
  private static List<SeriesKey> takePreloaded(
      List<SeriesKey> keys,
      BiPredicate<SeriesKey, Boolean> admits,
      PreloadedSeries preloaded,
      Map<UUID, Registered> registered) {
    List<SeriesKey> others = new ArrayList<>();
    for (SeriesKey key : keys) {
      Registered series = preloaded.find(key.fingerprint());
      if (series == null) {
        others.add(key);
      } else if (admits.test(key, false)) {
        registered.put(key.fingerprint(), series);
      }
    }
    return others;
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
          Node node = cache.nodes().node(fresh.key(fingerprint).node(), series.nodeId());
          long high = request.hashHigh[i];
          long low = request.hashLow[i];
          into.found(i, table.add(high, low, series.seriesId(), node));
        }
      }
    } finally {
      table.lock().writeLock().unlock();
    }
  }

  private static SeriesKey validated(
      LabelSetReader labels, DecodedRequest request, int i, NodeScope scope, Resolution into) {
    SeriesDefect scanned = SeriesDefect.of(request.defect[i]);
    if (scanned.hidesLabels()) {
      into.reject(new Defective(i, scope.node(), "", scanned));
      return null;
    }
    SeriesKey key = labels.read(request, i, scope);
    SeriesDefect defect = scanned == SeriesDefect.NONE ? labels.defect() : scanned;
    if (defect == SeriesDefect.NONE) {
      return key;
    }
    into.reject(new Defective(i, labels.nodeName(scope), labels.metricName(), defect));
    return null;
  }
}
