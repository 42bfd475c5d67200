-- Where functions of schema prom read rollups instead of samples. This is the one place that decides it.

-- The leading points of a query are answered from rollups up to rollup_progress.complete_until, if start, step
-- and range are multiples of their span: the results are the same. Points whose samples are deleted are answered
-- from the finest rollups there are, whatever their start, step and range.
CREATE OR REPLACE FUNCTION rolled_query(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval, nodes text[], match jsonb,
    quiet boolean)
RETURNS TABLE (metric_id int, node_ids int[], first_ms float8, step_ms float8, points int, range_ms float8,
               span_ms int, rolled int, raw_start timestamptz, raw_step interval)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
    p        harvester.rollup_progress;
    oldest   timestamptz;
    has_5m   boolean;
    has_1h   boolean;
    deleted  float8;
    span     int;
BEGIN
    SELECT q.metric_id, q.node_ids, q.first_ms, q.step_ms, q.points, q.range_ms
      INTO metric_id, node_ids, first_ms, step_ms, points, range_ms
      FROM harvester.range_query(rolled_query.metric, rolled_query."range", rolled_query.start, rolled_query.stop,
                                 rolled_query.step, rolled_query.nodes, rolled_query.match, true) q;
    SELECT * INTO p FROM harvester.rollup_progress;
    oldest := to_timestamp((first_ms - range_ms) / 1000);
    has_5m := p.keep_5m > '0' AND oldest >= p.made_from AND oldest >= now() - p.keep_5m;
    has_1h := p.keep_1h > '0' AND oldest >= p.made_from AND oldest >= now() - p.keep_1h;
    span_ms := NULL;
    rolled := 0;
    FOREACH span IN ARRAY '{3600000,300000}'::int[] LOOP
        IF span_ms IS NULL AND (CASE span WHEN 300000 THEN has_5m ELSE has_1h END)
           AND mod(first_ms::bigint, span) = 0 AND mod(range_ms::bigint, span) = 0
           AND (points = 1 OR mod(step_ms::bigint, span) = 0) THEN
            span_ms := span;
            IF isfinite(p.complete_until) THEN
                rolled := ceil((date_part('epoch', p.complete_until) * 1000 - first_ms) / step_ms);
            END IF;
        END IF;
    END LOOP;
    IF p.keep_samples > '0' THEN
        deleted := ceil((date_part('epoch', now() - p.keep_samples) * 1000 + range_ms - first_ms) / step_ms);
        IF deleted > 0 AND span_ms IS NULL AND p.keep_1h > '0' THEN
            span_ms := CASE WHEN has_5m THEN 300000 ELSE 3600000 END;
            rolled := deleted;
            IF NOT quiet THEN
                RAISE NOTICE 'samples before % are deleted: older values are computed from rollups of %',
                    date_trunc('second', now() - p.keep_samples),
                    CASE span_ms WHEN 300000 THEN '5 minutes' ELSE '1 hour' END;
            END IF;
        END IF;
    END IF;
    rolled := least(greatest(rolled, 0), points);
    IF NOT quiet AND rolled = points THEN -- else sample_windows does it
        PERFORM harvester.check_match(metric, match);
    END IF;
    raw_step := make_interval(secs => step_ms / 1000);
    raw_start := to_timestamp((first_ms + rolled * step_ms) / 1000);
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION rolled_query IS
    'Internal: range_query, and how many of the first points are to be answered from rollups of which span. Notices only if quiet is false.';

-- Windows of the other points.
CREATE OR REPLACE FUNCTION fresh_windows(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, mark text)
RETURNS TABLE ("time" timestamptz, node text, labels jsonb, times float8[], "values" float8[],
               marks int[], t float8, range_ms float8, lo int, hi int)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.*
  FROM harvester.rolled_query(
           fresh_windows.metric, fresh_windows."range", fresh_windows.start, fresh_windows.stop,
           fresh_windows.step, fresh_windows.nodes, fresh_windows.match, false) q,
       LATERAL harvester.sample_windows(
           fresh_windows.metric, fresh_windows."range", q.raw_start, fresh_windows.stop, q.raw_step,
           fresh_windows.nodes, fresh_windows.match, fresh_windows.mark) w
 WHERE q.rolled < q.points
$$;
COMMENT ON FUNCTION fresh_windows IS
    'Internal: sample_windows of the points that are not answered from rollups (rolled_windows).';

-- As sample_columns: the parts that have series of the metric, node by node.
CREATE OR REPLACE FUNCTION rolled_columns(
    metric_id int, node_ids int[], match jsonb, after timestamptz, until timestamptz, span_ms int)
RETURNS TABLE (node text, labels jsonb, ends float8[], samples int[], first_times float8[], last_times float8[],
               first float8[], last float8[], lowest float8[], highest float8[], total float8[], dropped float8[])
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
WITH matched AS MATERIALIZED (
    SELECT r.node_id, r.series_id, r.labels
      FROM harvester.series r
     WHERE r.metric_id = rolled_columns.metric_id
       AND r.node_id = ANY (rolled_columns.node_ids)
       AND r.labels @> rolled_columns.match
    UNION ALL
    SELECT r.node_id, r.series_id, r.labels
      FROM harvester.series r
     WHERE rolled_columns.node_ids IS NULL
       AND r.metric_id = rolled_columns.metric_id
       AND r.labels @> rolled_columns.match),
of_node AS MATERIALIZED (
    SELECT m.node_id, min(m.series_id) AS lowest, max(m.series_id) AS highest,
           array_agg(m.series_id) AS ids, array_agg(m.labels) AS labels
      FROM matched m GROUP BY m.node_id)
SELECT n.name, v.labels, c.ends, c.samples, c.first_times, c.last_times,
       c.first, c.last, c.lowest, c.highest, c.total, c.dropped
  FROM of_node o
       JOIN harvester.node n USING (node_id),
       LATERAL (SELECT s.series_id, array_agg(date_part('epoch', s.time) * 1000) AS ends, array_agg(s.samples) AS samples,
                       array_agg(round(date_part('epoch', s.first_time) * 1000)) AS first_times,
                       array_agg(round(date_part('epoch', s.last_time) * 1000)) AS last_times,
                       array_agg(s.first) AS first, array_agg(s.last) AS last, array_agg(s.lowest) AS lowest,
                       array_agg(s.highest) AS highest, array_agg(s.total) AS total, array_agg(s.dropped) AS dropped
                  FROM (SELECT x.series_id, x.time, x.samples, x.first_time, x.last_time,
                               x.first, x.last, x.lowest, x.highest, x.total, x.dropped
                          FROM harvester.rolled_1h x
                         WHERE rolled_columns.span_ms = 3600000
                           AND x.node_id = o.node_id
                           AND x.first_series <= o.highest AND x.last_series >= o.lowest
                           AND x.series_id BETWEEN o.lowest AND o.highest
                           AND x.time > rolled_columns.after AND x.time <= rolled_columns.until
                        UNION ALL
                        SELECT x.series_id, x.time, x.samples, x.first_time, x.last_time,
                               x.first, x.last, x.lowest, x.highest, x.total, x.dropped
                          FROM harvester.rolled_5m x
                         WHERE rolled_columns.span_ms = 300000
                           AND x.node_id = o.node_id
                           AND x.first_series <= o.highest AND x.last_series >= o.lowest
                           AND x.series_id BETWEEN o.lowest AND o.highest
                           AND x.time > rolled_columns.after AND x.time <= rolled_columns.until
                         ORDER BY series_id, time) s
                 GROUP BY s.series_id OFFSET 0) c
       JOIN LATERAL unnest(o.ids, o.labels) AS v (series_id, labels) ON v.series_id = c.series_id
$$;
COMMENT ON FUNCTION rolled_columns IS
    'Internal, for schema prom: per series its rollups of 5 minutes or 1 hour with after < time <= until, as arrays in the order of time.';

-- A window is whole buckets. If it is shorter than one, the bucket stands for it. Drops are those inside of
-- each bucket, and crossings those between a bucket and the one before; NULL: there are none.
CREATE OR REPLACE FUNCTION rolled_windows(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval, nodes text[], match jsonb)
RETURNS TABLE ("time" timestamptz, node text, labels jsonb, t float8, range_ms float8, window_ms float8,
               lo int, hi int, samples int[], first_times float8[], last_times float8[], first float8[],
               last float8[], lowest float8[], highest float8[], total float8[], dropped float8[], crossings float8[])
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
WITH q AS MATERIALIZED (
    SELECT *, greatest(q.range_ms, q.span_ms) AS window_ms
      FROM harvester.rolled_query(
               rolled_windows.metric, rolled_windows."range", rolled_windows.start, rolled_windows.stop,
               rolled_windows.step, rolled_windows.nodes, rolled_windows.match, true) q
     WHERE q.rolled > 0),
grid AS MATERIALIZED (
    SELECT g.time, g.t, q.range_ms, q.window_ms FROM q, harvester.time_grid(q.first_ms, q.step_ms, q.rolled) g)
SELECT w.time, s.node, s.labels, w.t, w.range_ms, w.window_ms, w.lo, w.hi, s.samples, s.first_times, s.last_times,
       s.first, s.last, s.lowest, s.highest, s.total, s.dropped, s.crossings
  FROM (SELECT c.*,
               CASE WHEN EXISTS (SELECT FROM unnest(c.last, c.first[2:]) AS p (before, v)
                                  WHERE p.v < p.before AND p.before <> 'NaN')
                    THEN ARRAY(SELECT CASE WHEN p.v < p.before AND p.before <> 'NaN' THEN p.before ELSE 0 END
                                 FROM unnest(0::float8 || c.last, c.first) WITH ORDINALITY AS p (before, v, i)
                                WHERE p.v IS NOT NULL ORDER BY p.i) END AS crossings
          FROM q,
               LATERAL harvester.rolled_columns(
                   q.metric_id, q.node_ids, rolled_windows.match,
                   to_timestamp((q.first_ms - q.window_ms) / 1000),
                   to_timestamp((q.first_ms + (q.rolled - 1) * q.step_ms) / 1000), q.span_ms) c
        OFFSET 0) s,
       LATERAL (SELECT g.time, g.t, g.range_ms, g.window_ms,
                       width_bucket(g.t - g.window_ms, s.ends) AS lo, width_bucket(g.t, s.ends) AS hi
                  FROM grid g OFFSET 0) w
 WHERE w.hi > w.lo
$$;
COMMENT ON FUNCTION rolled_windows IS
    'Internal: per series and point of time that is answered from rollups, the arrays of its rollups and the positions lo + 1 to hi of those in the window.';
