// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.series.SeriesCatalog.Registered;
import io.harvester.series.SeriesId;
import io.harvester.series.SeriesKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Finds and inserts rows of table {@code series}, many in one round trip. */
public final class SeriesQueries {
  /** Returns all rows in one value: the first scrapes of a fleet are many series. */
  private static final String PACKED =
      "SELECT string_agg(uuid_send(fingerprint) || int8send(series_id) || int4send(node_id), '')";

  private static final int PACKED_BYTES = 16 + 8 + 4;

  private static final String FIND =
      PACKED + " FROM harvester.series WHERE fingerprint = ANY ($1::uuid[])";

  // In the order of the keys: series of a metric that are registered together get adjacent ids.
  // Each
  // node is locked, so that it cannot be removed meanwhile (V1__catalog.sql).
  private static final String INSERT =
      """
      WITH held AS MATERIALIZED (
        SELECT node_id FROM harvester.node WHERE node_id = ANY ($5::int[])
         ORDER BY node_id FOR KEY SHARE),
      made AS (
        INSERT INTO harvester.series (series_id, metric_id, node_id, labels, fingerprint)
        SELECT least(o.metric_id, %d)::bigint << %d | nextval('harvester.series_sequence'),
               o.metric_id, o.node_id, o.labels::jsonb, o.fingerprint
          FROM (SELECT v.* FROM unnest($1::int[], $2::int[], $3::text[], $4::uuid[])
                       WITH ORDINALITY AS v (metric_id, node_id, labels, fingerprint, position)
                 WHERE v.node_id IN (SELECT node_id FROM held)
                   AND EXISTS (SELECT FROM harvester.metric m WHERE m.metric_id = v.metric_id)
                 ORDER BY v.position OFFSET 0) o
        ON CONFLICT (fingerprint) DO NOTHING
        RETURNING fingerprint, series_id, node_id)
      """
              .formatted(SeriesId.MAX_METRIC, SeriesId.SEQUENCE_BITS)
          + PACKED
          + " FROM made";

  private final Pool pool;
  private final Duration timeout;

  /**
   * Queries of a pool.
   *
   * @param timeout how long a statement may take
   */
  public SeriesQueries(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  /**
   * Looks series up.
   *
   * @param found receives the ids of those that the catalog has, by fingerprint
   */
  public void find(List<SeriesKey> keys, Map<UUID, Registered> found) throws DatabaseException {
    query(FIND, Tuple.tuple().addArrayOfUUID(fingerprints(keys)), found);
  }

  /**
   * Inserts series, except those that another process inserted meanwhile and those whose node or
   * metric was removed.
   *
   * @param metrics ids of the series' metrics, by name
   * @param nodes ids of the series' nodes, by name
   * @param found receives the ids of the inserted series, by fingerprint
   */
  public void insert(
      List<SeriesKey> keys,
      Map<String, Integer> metrics,
      Map<String, Integer> nodes,
      Map<UUID, Registered> found)
      throws DatabaseException {
    int count = keys.size();
    Integer[] metricIds = new Integer[count];
    Integer[] nodeIds = new Integer[count];
    String[] labels = new String[count];
    for (int i = 0; i < count; i++) {
      SeriesKey key = keys.get(i);
      metricIds[i] = metrics.get(key.metric());
      nodeIds[i] = nodes.get(key.node());
      labels[i] = LabelsJson.of(key.labels());
    }
    Tuple columns =
        Tuple.tuple()
            .addArrayOfInteger(metricIds)
            .addArrayOfInteger(nodeIds)
            .addArrayOfString(labels)
            .addArrayOfUUID(fingerprints(keys))
            .addArrayOfInteger(nodes.values().toArray(Integer[]::new));
    query(INSERT, columns, found);
  }

  private void query(String sql, Tuple parameters, Map<UUID, Registered> found)
      throws DatabaseException {
    Buffer rows =
        Await.result(pool.preparedQuery(sql).execute(parameters), timeout)
            .iterator()
            .next()
            .getBuffer(0);
    if (rows == null) {
      return; // none
    }
    // The node id is that of the series' row: another process may have created the node anew.
    for (int at = 0; at < rows.length(); at += PACKED_BYTES) {
      found.put(
          new UUID(rows.getLong(at), rows.getLong(at + 8)),
          new Registered(rows.getLong(at + 16), rows.getInt(at + 24)));
    }
  }

  private static UUID[] fingerprints(List<SeriesKey> keys) {
    UUID[] all = new UUID[keys.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = keys.get(i).fingerprint();
    }
    return all;
  }
}
