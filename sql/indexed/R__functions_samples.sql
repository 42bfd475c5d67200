-- The samples of one metric for many nodes. Each series is looked up separately, which the index on
-- (series_id, time) answers. OFFSET 0 keeps the planner from turning the subqueries into a join.
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
SELECT s.time, v.node, s.value, v.labels, v.series_id
  FROM (SELECT r.series_id, r.node_id, n.name AS node, r.labels
          FROM harvester.metric m
               JOIN harvester.series r USING (metric_id)
               JOIN harvester.node n USING (node_id)
         WHERE m.name = samples.metric
           AND r.labels @> samples.match
           AND (samples.nodes IS NULL OR n.name = ANY (samples.nodes))
         ORDER BY r.series_id OFFSET 0) v,
       LATERAL (SELECT x.time, x.value
                  FROM harvester.sample x
                 WHERE x.series_id = v.series_id
                   AND x.time >= samples.start AND x.time < samples.stop
                   AND (samples.stale OR x.value <> 'NaN' OR NOT harvester.is_stale(x.value))
                OFFSET 0) s
$$;

COMMENT ON FUNCTION metric.samples(text, timestamptz, timestamptz, text[], jsonb, boolean) IS
    'Samples of a metric with start <= time < stop, for the given nodes (NULL: all) and for series whose labels contain match; stale markers, which end a series, only if stale is true.';
