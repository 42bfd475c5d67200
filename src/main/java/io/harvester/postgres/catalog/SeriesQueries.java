package io.harvester.postgres.catalog;

import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.series.SeriesCatalog.Registered;
import io.harvester.series.SeriesKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of table {@code series}: found and inserted by the hundred, in one round trip each. */
public final class SeriesQueries {
  /** All rows in one value: a fleet's first scrapes are many series, and a row each costs more. */
  private static final String PACKED =
      "SELECT string_agg(uuid_send(fingerprint) || int8send(series_id) || int4send(node_id), '')";

  private static final int PACKED_BYTES = 16 + 8 + 4;

  private static final String FIND =
      PACKED + " FROM harvester.series WHERE fingerprint = ANY ($1::uuid[])";

  // In the order of the request: series that are written together get ids that lie together. The
  // nodes are held, once each, so that nobody removes one meanwhile (V1__catalog.sql).
  private static final String INSERT =
      """
      WITH held AS MATERIALIZED (
        SELECT node_id FROM harvester.node WHERE node_id = ANY ($5::int[])
         ORDER BY node_id FOR KEY SHARE),
      made AS (
        INSERT INTO harvester.series (metric_id, node_id, labels, fingerprint)
        SELECT v.metric_id, v.node_id, v.labels::jsonb, v.fingerprint
          FROM unnest($1::int[], $2::int[], $3::text[], $4::uuid[])
               WITH ORDINALITY AS v (metric_id, node_id, labels, fingerprint, position)
         WHERE v.node_id IN (SELECT node_id FROM held)
           AND EXISTS (SELECT FROM harvester.metric m WHERE m.metric_id = v.metric_id)
         ORDER BY v.position
        ON CONFLICT (fingerprint) DO NOTHING
        RETURNING fingerprint, series_id, node_id)
      """
          + PACKED
          + " FROM made";

  private final Pool pool;
  private final Duration timeout;

  public SeriesQueries(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  /** Adds those of the series that the catalog has. */
  public void find(List<SeriesKey> keys, Map<UUID, Registered> found) throws DatabaseException {
    ask(FIND, Tuple.tuple().addArrayOfUUID(fingerprints(keys)), found);
  }

  /**
   * Inserts series, and adds those that were inserted. Left out are those that another process
   * inserted meanwhile, and those whose node or metric is not there any more.
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
    ask(INSERT, columns, found);
  }

  private void ask(String sql, Tuple parameters, Map<UUID, Registered> found)
      throws DatabaseException {
    Buffer rows =
        Await.result(pool.preparedQuery(sql).execute(parameters), timeout)
            .iterator()
            .next()
            .getBuffer(0);
    if (rows == null) {
      return; // none
    }
    // The node comes from the series' own row: it may have been made anew by another process.
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
