// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.fleet;

import io.harvester.fleet.FleetNode;
import io.harvester.fleet.FleetSource;
import io.harvester.postgres.pg.Await;
import io.harvester.postgres.pg.DatabaseException;
import io.harvester.postgres.pg.PgTimestamps;
import io.harvester.storage.StoreException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the views of schema {@code fleet}, and has the server write the JSON. */
public final class PgFleet implements FleetSource {
  private static final String NODES =
      """
      SELECT node, state, coalesce(extract(epoch FROM now() - last_seen)::float8, -1),
             json_strip_nulls(json_build_object(
                 'since', round(extract(epoch FROM since)),
                 'samplesPerSecond', samples_per_second,
                 'series', active_series,
                 'agent', agent, 'exporter', exporter, 'os', os, 'kernel', kernel,
                 'machine', machine,
                 'clockSkew', extract(epoch FROM clock_skew),
                 'quotaUse', quota_use,
                 'rejections', nullif(rejections, 0),
                 'lastRejection', last_rejection,
                 'lastRejectionAt', round(extract(epoch FROM last_rejection_at)),
                 'desktop', desktop,
                 'tags', nullif(tags, '{}'),
                 'labels', nullif(labels, '{}')))::text
        FROM fleet.node
       ORDER BY node
      """;

  private static final String DETAILS =
      """
      SELECT json_build_object(
          'node', n.name,
          'firstSeen', round(extract(epoch FROM n.first_seen)),
          'samples', n.samples_total,
          'credentials', (
              SELECT coalesce(json_agg(json_build_object(
                         'created', round(extract(epoch FROM c.created_at)),
                         'expires', round(extract(epoch FROM c.expires_at)),
                         'revoked', round(extract(epoch FROM c.revoked_at)))
                         ORDER BY c.created_at DESC), '[]')
                FROM harvester.node_credential c WHERE c.node_id = n.node_id),
          'quota', (
              SELECT json_build_object(
                         'series', coalesce(a.max_series, d.max_series),
                         'newSeriesPerHour', coalesce(a.max_new_series_per_hour, d.max_new_series_per_hour),
                         'samplesPerSecond', coalesce(a.max_samples_per_second, d.max_samples_per_second),
                         'bytesPerSecond', coalesce(a.max_body_bytes_per_second, d.max_body_bytes_per_second),
                         'usedNewSeries', s.new_series)
                FROM (VALUES (0)) one
                     LEFT JOIN harvester.quota_default d ON true
                     LEFT JOIN harvester.node_access a ON a.node_id = n.node_id
                     LEFT JOIN harvester.node_status s ON s.node_id = n.node_id LIMIT 1),
          'rejections', (
              SELECT coalesce(json_agg(json_build_object(
                         'metric', r.metric, 'reason', r.reason, 'count', r.rejections, 'example', r.example,
                         'at', round(extract(epoch FROM r.last_at)))), '[]')
                FROM (SELECT * FROM harvester.rejected_sample WHERE node = n.name
                       ORDER BY last_at DESC LIMIT 20) r),
          'annotations', (
              SELECT coalesce(json_agg(json_build_object(
                         'time', round(extract(epoch FROM a.time)), 'end', round(extract(epoch FROM a.time_end)),
                         'all', a.node IS NULL, 'kind', a.kind, 'who', a.who, 'text', a.text)
                         ORDER BY a.time), '[]')
                FROM (SELECT * FROM fleet.annotation
                       WHERE (node = n.name OR (node IS NULL AND kind IN ('note', 'maintenance')))
                         AND time <= $3 AND coalesce(time_end, time) >= $2
                       ORDER BY time DESC LIMIT 500) a))::text
        FROM harvester.node n
       WHERE n.name = $1
      """;

  private static final String DATABASE =
      """
      SELECT json_build_object(
          'name', current_database(),
          'server', current_setting('server_version'),
          'bytes', pg_database_size(current_database()),
          'nodes', (SELECT count(*) FROM harvester.node),
          'samples', (SELECT coalesce(sum(samples_total), 0) FROM harvester.node),
          'oldest', (SELECT round(extract(epoch FROM min(first_seen))) FROM harvester.node),
          'rejections', (
              SELECT coalesce(json_agg(json_build_object(
                         'node', r.node, 'metric', r.metric, 'reason', r.reason, 'count', r.rejections,
                         'example', r.example, 'at', round(extract(epoch FROM r.last_at)))), '[]')
                FROM (SELECT * FROM harvester.rejected_sample ORDER BY last_at DESC LIMIT 20) r),
          'conflicts', (
              SELECT coalesce(json_agg(json_build_object(
                         'node', n.name, 'metric', m.name, 'count', c.conflicts,
                         'at', round(extract(epoch FROM c.last_at)))), '[]')
                FROM (SELECT * FROM harvester.sample_conflict ORDER BY last_at DESC LIMIT 20) c
                     JOIN harvester.series s USING (series_id)
                     JOIN harvester.metric m USING (metric_id)
                     JOIN harvester.node n ON n.node_id = s.node_id),
          'maintenance', (
              SELECT coalesce(json_agg(json_build_object(
                         'chunk', c.chunk, 'step', c.step, 'note', c.note,
                         'start', round(extract(epoch FROM c.started_at)),
                         'end', round(extract(epoch FROM c.finished_at)))), '[]')
                FROM (SELECT * FROM harvester.chunk_maintenance ORDER BY started_at DESC LIMIT 20) c))::text
      """;

  private final Pool pool;
  private final Duration timeout;

  /**
   * Reads through a pool.
   *
   * @param timeout how long a statement may take
   */
  public PgFleet(Pool pool, Duration timeout) {
    this.pool = pool;
    this.timeout = timeout;
  }

  @Override
  public List<FleetNode> nodes() throws StoreException {
    List<FleetNode> nodes = new ArrayList<>();
    for (Row row : query(NODES, Tuple.tuple())) {
      nodes.add(
          new FleetNode(row.getString(0), row.getString(1), row.getDouble(2), row.getString(3)));
    }
    return nodes;
  }

  @Override
  public Optional<String> details(String node, long from, long to) throws StoreException {
    RowSet<Row> rows = query(DETAILS, Tuple.of(node, PgTimestamps.utc(from), PgTimestamps.utc(to)));
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next().getString(0));
  }

  @Override
  public String database() throws StoreException {
    return query(DATABASE, Tuple.tuple()).iterator().next().getString(0);
  }

  private RowSet<Row> query(String sql, Tuple parameters) throws StoreException {
    try {
      return Await.result(pool.preparedQuery(sql).execute(parameters), timeout);
    } catch (DatabaseException e) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE, "the fleet cannot be read: " + e.getMessage(), e);
    }
  }
}
