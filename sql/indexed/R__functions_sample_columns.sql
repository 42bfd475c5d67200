-- The one place from which the functions of schema prom read float samples. Each series is looked up
-- separately: the indexes on (series_id, time) and (node_id, series_id, clock_id) find its samples. Packed
-- values are unpacked once, and then found by their position in the clock.
CREATE OR REPLACE FUNCTION sample_columns(
    metric_id int, node_ids int[], match jsonb, after timestamptz, until timestamptz, stale boolean)
RETURNS TABLE (series_id bigint, node text, labels jsonb, times float8[], "values" float8[])
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
WITH matched AS MATERIALIZED (
    SELECT r.node_id, r.series_id, r.labels
      FROM harvester.series r
     WHERE r.metric_id = sample_columns.metric_id
       AND r.node_id = ANY (sample_columns.node_ids)
       AND r.labels @> sample_columns.match
    UNION ALL
    SELECT r.node_id, r.series_id, r.labels
      FROM harvester.series r
     WHERE sample_columns.node_ids IS NULL
       AND r.metric_id = sample_columns.metric_id
       AND r.labels @> sample_columns.match)
SELECT m.series_id, n.name, m.labels, c.times, c.values
  FROM matched m
       JOIN harvester.node n USING (node_id),
       LATERAL (SELECT array_agg(s.ms) AS times, array_agg(s.value) AS values
                  FROM (SELECT round(date_part('epoch', x.time) * 1000) AS ms, x.value
                          FROM (SELECT y.time, y.value
                                  FROM harvester.sample y
                                 WHERE y.series_id = m.series_id
                                   AND y.time > sample_columns.after AND y.time <= sample_columns.until
                                UNION ALL
                                SELECT t.time, p.value[t.ord]
                                  FROM (SELECT y.clock_id, array_cat(y.value, '{}') AS value
                                          FROM harvester.packed_sample y
                                         WHERE y.node_id = m.node_id AND y.series_id = m.series_id
                                           AND y.clock_id >= harvester.packed_hour(sample_columns.after)
                                           AND y.clock_id < harvester.packed_hour(sample_columns.until) + (1::bigint << 40)
                                        OFFSET 0) p
                                       JOIN (SELECT y.time, y.clock_id, y.ord
                                               FROM harvester.packed_time y
                                              WHERE y.node_id = m.node_id
                                                AND y.time > sample_columns.after AND y.time <= sample_columns.until
                                             OFFSET 0) t USING (clock_id)) x
                         WHERE CASE WHEN sample_columns.stale THEN x.value IS NOT NULL
                                    ELSE x.value <> 'NaN' OR NOT harvester.is_stale(x.value) END
                         ORDER BY x.time) s
                OFFSET 0) c
 WHERE c.times IS NOT NULL
$$;

COMMENT ON FUNCTION sample_columns IS
    'Internal, for schema prom: per series the times (in ms since the epoch, ascending) and values of its samples with after < time <= until; stale markers only if stale is true. node_ids NULL: all nodes.';
