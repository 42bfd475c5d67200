-- The one place from which the functions of schema prom read float samples. A metric's series of one
-- node are one range of ids, which TimescaleDB compares with the metadata of compressed batches; a
-- list of ids only filters what it has decompressed. Where batches are merged, the rows of a node come
-- sorted. They are collected node by node, so that a sort, if there is one, fits into work_mem.
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
       AND r.labels @> sample_columns.match),
of_node AS MATERIALIZED (
    SELECT m.node_id, min(m.series_id) AS lowest, max(m.series_id) AS highest,
           array_agg(m.series_id) AS ids, array_agg(m.labels) AS labels,
           max(m.series_id) - min(m.series_id) + 1 = count(*) AS whole_range
      FROM matched m GROUP BY m.node_id)
SELECT c.series_id, n.name, v.labels, c.times, c.values
  FROM of_node o
       JOIN harvester.node n USING (node_id),
       LATERAL (SELECT s.series_id, array_agg(s.ms) AS times, array_agg(s.value) AS values
                  FROM (SELECT x.series_id, round(date_part('epoch', x.time) * 1000) AS ms, x.value
                          FROM harvester.sample x
                         WHERE x.node_id = o.node_id
                           AND x.series_id BETWEEN o.lowest AND o.highest
                           AND x.time > sample_columns.after AND x.time <= sample_columns.until
                           AND (o.whole_range OR x.series_id = ANY (o.ids))
                           AND (sample_columns.stale OR x.value <> 'NaN' OR NOT harvester.is_stale(x.value))
                         ORDER BY x.series_id, x.time) s
                 GROUP BY s.series_id OFFSET 0) c
       JOIN LATERAL unnest(o.ids, o.labels) AS v (series_id, labels) ON v.series_id = c.series_id
$$;

COMMENT ON FUNCTION sample_columns IS
    'Internal, for schema prom: per series the times (in ms since the epoch, ascending) and values of its samples with after < time <= until; stale markers only if stale is true. node_ids NULL: all nodes.';
