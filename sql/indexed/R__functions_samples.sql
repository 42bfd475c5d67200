-- The samples of one metric for many nodes. Each series is looked up separately, which the indexes on
-- (series_id, time) and (node_id, series_id, clock_id) answer. OFFSET 0 keeps the planner from turning the
-- subqueries into a join. Packed values are unpacked once, and then found by their position in the clock.
CREATE OR REPLACE FUNCTION metric.samples(
    metric text,
    start  timestamptz,
    stop   timestamptz DEFAULT now(),
    nodes  text[] DEFAULT NULL,
    match  jsonb DEFAULT '{}',
    stale  boolean DEFAULT false)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb, series_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
AS $$
WITH matched AS MATERIALIZED (
    SELECT r.series_id, r.node_id, n.name AS node, r.labels
      FROM harvester.metric m
           JOIN harvester.series r USING (metric_id)
           JOIN harvester.node n USING (node_id)
     WHERE m.name = samples.metric
       AND r.labels @> samples.match
       AND (samples.nodes IS NULL OR n.name = ANY (samples.nodes))
     ORDER BY r.series_id)
SELECT s.time, v.node, s.value, v.labels, v.series_id
  FROM matched v,
       LATERAL (SELECT x.time, x.value
                  FROM harvester.sample x
                 WHERE x.series_id = v.series_id
                   AND x.time >= samples.start AND x.time < samples.stop
                   AND (samples.stale OR x.value <> 'NaN' OR NOT harvester.is_stale(x.value))
                OFFSET 0) s
UNION ALL
SELECT c.time, p.node, p.value[c.ord], p.labels, p.series_id
  FROM (SELECT v.node, v.labels, v.series_id, x.clock_id, x.value
          FROM matched v,
               LATERAL (SELECT x.clock_id, array_cat(x.value, '{}') AS value
                          FROM harvester.packed_sample x
                         WHERE x.node_id = v.node_id AND x.series_id = v.series_id
                           AND x.clock_id >= harvester.packed_hour(samples.start)
                           AND x.clock_id < harvester.packed_hour(samples.stop) + (1::bigint << 40)
                        OFFSET 0) x) p
       JOIN (SELECT x.time, x.clock_id, x.ord
               FROM (SELECT DISTINCT node_id FROM matched) v
                    JOIN harvester.packed_time x USING (node_id)
              WHERE x.time >= samples.start AND x.time < samples.stop
             OFFSET 0) c USING (clock_id)
 WHERE CASE WHEN samples.stale THEN p.value[c.ord] IS NOT NULL
            ELSE p.value[c.ord] <> 'NaN' OR NOT harvester.is_stale(p.value[c.ord]) END
$$;

COMMENT ON FUNCTION metric.samples(text, timestamptz, timestamptz, text[], jsonb, boolean) IS
    'Samples of a metric with start <= time < stop, for the given nodes (NULL: all) and for series whose labels contain match; stale markers, which end a series, only if stale is true.';
