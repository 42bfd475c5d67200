-- Called by each aggregator every ten seconds (class NodeStatusLog). The lock keeps two of them from
-- waiting for each other's rows in a circle. What has not changed is not written.

CREATE OR REPLACE FUNCTION record_node_usage(nodes text[], active_series int[], new_series int[], body_bytes bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('harvester.record_node_usage'));
    -- Of a node that several aggregators serve, each may know a part: the largest number counts.
    INSERT INTO harvester.node_status AS s
           (node_id, active_series, new_series, body_bytes_total, checkpoint_samples, checkpoint_bytes)
    SELECT n.node_id, v.active_series, v.new_series, v.body_bytes, n.samples_total, v.body_bytes
      FROM unnest(nodes, active_series, new_series, body_bytes) AS v (name, active_series, new_series, body_bytes)
           JOIN harvester.node n USING (name)
    ON CONFLICT (node_id) DO UPDATE
       SET active_series = CASE WHEN s.counted_at > now() - interval '1 minute'
                                THEN greatest(s.active_series, excluded.active_series)
                                ELSE excluded.active_series END,
           new_series = CASE WHEN s.counted_at > now() - interval '1 minute'
                             THEN greatest(s.new_series, excluded.new_series)
                             ELSE excluded.new_series END,
           counted_at = CASE WHEN s.counted_at > now() - interval '1 minute'
                                  AND s.active_series > excluded.active_series
                             THEN s.counted_at ELSE now() END,
           body_bytes_total = s.body_bytes_total + excluded.body_bytes_total
     WHERE s.counted_at < now() - interval '30 seconds' OR excluded.body_bytes_total > 0
        OR s.active_series < excluded.active_series OR s.new_series < excluded.new_series;

    -- Until two checkpoints are equal: the rates of a silent node become 0.
    UPDATE harvester.node_status s
       SET earlier_at = s.checkpoint_at,
           earlier_samples = s.checkpoint_samples,
           earlier_bytes = s.checkpoint_bytes,
           checkpoint_at = now(),
           checkpoint_samples = n.samples_total,
           checkpoint_bytes = s.body_bytes_total
      FROM harvester.node n
     WHERE n.node_id = s.node_id
       AND s.checkpoint_at < now() - interval '1 minute'
       AND (n.samples_total, s.body_bytes_total) IS DISTINCT FROM (s.earlier_samples, s.earlier_bytes);
END $$;

COMMENT ON FUNCTION record_node_usage IS
    'Internal, called by aggregators: writes what they counted of each node since the last call to table node_status.';

-- A series becomes the current one by a newer sample, however many aggregators report series.
CREATE OR REPLACE FUNCTION record_node_info(series_ids bigint[], times_ms bigint[], ended boolean[])
RETURNS void LANGUAGE sql AS $$
INSERT INTO harvester.node_info AS i (node_id, metric, series_id, labels, sample_time, ended)
SELECT r.node_id, m.name, r.series_id, r.labels, to_timestamp(v.time_ms / 1000.0), v.ended
  FROM unnest(series_ids, times_ms, ended) AS v (series_id, time_ms, ended)
       JOIN harvester.series r USING (series_id)
       JOIN harvester.metric m USING (metric_id)
       JOIN harvester.node n USING (node_id)
 ORDER BY r.node_id, m.name
ON CONFLICT (node_id, metric) DO UPDATE
   SET series_id = excluded.series_id, labels = excluded.labels, sample_time = excluded.sample_time,
       ended = excluded.ended
 WHERE (i.series_id, i.ended) IS DISTINCT FROM (excluded.series_id, excluded.ended)
   AND i.sample_time <= excluded.sample_time
$$;

COMMENT ON FUNCTION record_node_info IS
    'Internal, called by aggregators: sets the current series of metrics such as node_uname_info in table node_info.';
