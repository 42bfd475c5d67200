-- The samples of one metric for many nodes. A metric's series of one node are one range of ids, which
-- TimescaleDB compares with the metadata of compressed batches; a join with series_id it does not push
-- down. OFFSET 0 keeps the planner from turning the subquery into such a join.
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
       AND (samples.nodes IS NULL OR n.name = ANY (samples.nodes))),
ranges AS MATERIALIZED (
    SELECT node_id, min(series_id) AS lowest, max(series_id) AS highest
      FROM matched GROUP BY node_id)
SELECT s.time, v.node, s.value, v.labels, v.series_id
  FROM ranges,
       LATERAL (SELECT x.series_id, x.time, x.value
                  FROM harvester.sample x
                 WHERE x.node_id = ranges.node_id
                   AND x.series_id BETWEEN ranges.lowest AND ranges.highest
                   AND x.time >= samples.start AND x.time < samples.stop
                   AND (samples.stale OR x.value <> 'NaN' OR NOT harvester.is_stale(x.value))
                OFFSET 0) s
       JOIN matched v USING (series_id)
$$;

COMMENT ON FUNCTION metric.samples(text, timestamptz, timestamptz, text[], jsonb, boolean) IS
    'Samples of a metric with start <= time < stop, for the given nodes (NULL: all) and for series whose labels contain match; stale markers, which end a series, only if stale is true.';
