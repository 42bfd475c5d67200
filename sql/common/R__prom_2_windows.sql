-- What all functions of schema prom over float samples stand on: per series, one ordered scan into
-- arrays; then per point of time two binary searches (width_bucket counts the times up to a limit,
-- which makes windows open to the left and closed to the right, as PromQL's). OFFSET 0 keeps the
-- planner from computing an expression once for each place where its result is used.

-- ROWS: estimates that are far too high would make the server compile each query (jit).
CREATE OR REPLACE FUNCTION time_grid(first_ms float8, step_ms float8, points int)
RETURNS TABLE ("time" timestamptz, t float8)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 100
AS $$
BEGIN
    RETURN QUERY SELECT to_timestamp((first_ms + i * step_ms) / 1000), first_ms + i * step_ms
                   FROM generate_series(0, points - 1) i;
END $$;
COMMENT ON FUNCTION time_grid IS 'Internal: the points of time of a query, also in milliseconds since the epoch.';

-- Positions of what a function counts: samples that are lower than the sample before ('resets'), or
-- different ('changes'). In SQL, NaN equals NaN and is greater than all else: after a NaN nothing is
-- lower. Values that ascend have no resets; comparing them with their sorted copy is the fastest check.
CREATE OR REPLACE FUNCTION sample_windows(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, mark text)
RETURNS TABLE ("time" timestamptz, node text, labels jsonb, times float8[], "values" float8[],
               marks int[], t float8, range_ms float8, lo int, hi int)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
WITH q AS MATERIALIZED (
    SELECT * FROM harvester.range_query(
        sample_windows.metric, sample_windows."range", sample_windows.start, sample_windows.stop,
        sample_windows.step, sample_windows.nodes, sample_windows.match)),
grid AS MATERIALIZED (
    SELECT g.time, g.t, q.range_ms FROM q, harvester.time_grid(q.first_ms, q.step_ms, q.points) g)
SELECT w.time, s.node, s.labels, s.times, s.values, s.marks, w.t, w.range_ms, w.lo, w.hi
  FROM (SELECT c.node, c.labels, c.times, c.values,
               CASE sample_windows.mark
               WHEN 'resets' THEN
                   CASE WHEN ARRAY(SELECT unnest(c.values) v ORDER BY v) = c.values THEN NULL
                        ELSE ARRAY(SELECT p.i FROM (SELECT unnest(c.values) AS previous, unnest(c.values[2:]) AS v,
                                                           generate_series(2, cardinality(c.values) + 1) AS i) p
                                    WHERE p.v < p.previous AND p.previous <> 'NaN') END
               WHEN 'changes' THEN
                   ARRAY(SELECT p.i FROM (SELECT unnest(c.values) AS previous, unnest(c.values[2:]) AS v,
                                                 generate_series(2, cardinality(c.values) + 1) AS i) p
                          WHERE p.v <> p.previous)
               END AS marks
          FROM harvester.sample_columns(
                   (SELECT q.metric_id FROM q), (SELECT q.node_ids FROM q), sample_windows.match,
                   date_trunc('milliseconds', sample_windows.start)
                       - make_interval(secs => date_part('epoch', sample_windows."range")),
                   sample_windows.stop, false) c
        OFFSET 0) s,
       LATERAL (SELECT g.time, g.t, g.range_ms,
                       width_bucket(g.t - g.range_ms, s.times) AS lo, width_bucket(g.t, s.times) AS hi
                  FROM grid g OFFSET 0) w
 WHERE w.hi > w.lo
$$;
COMMENT ON FUNCTION sample_windows IS
    'Internal: per series and point of time that has samples in the window (time - range, time], its arrays and the positions lo + 1 to hi of these samples.';

-- IEEE 754, where PostgreSQL's operator ends the query because a product is too large or too small.
CREATE OR REPLACE FUNCTION ieee_product(a float8, b float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT CASE WHEN a = 0 OR b = 0 OR abs(a) >= 'Infinity' OR abs(b) >= 'Infinity' THEN a * b
            WHEN ln(abs(a)) + ln(abs(b)) > 709.78 THEN sign(a) * sign(b) * 'Infinity'::float8
            WHEN ln(abs(a)) + ln(abs(b)) < -744 THEN 0
            ELSE a * b END
$$;
COMMENT ON FUNCTION ieee_product IS 'Internal: a · b; an overflow is ±Infinity and an underflow is 0, not an error.';

CREATE OR REPLACE FUNCTION ieee_difference(a float8, b float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT CASE WHEN a > 0 AND b < 0 AND a < 'Infinity' AND b > '-Infinity' AND a > 1.7976931348623157e308 + b THEN 'Infinity'
            WHEN a < 0 AND b > 0 AND a > '-Infinity' AND b < 'Infinity' AND a < -1.7976931348623157e308 + b THEN '-Infinity'
            ELSE a - b END
$$;
COMMENT ON FUNCTION ieee_difference IS 'Internal: a - b; an overflow is ±Infinity, not an error.';

CREATE OR REPLACE FUNCTION ieee_sum(first float8, others float8[]) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    total float8 := first;
    v     float8;
BEGIN
    FOREACH v IN ARRAY others LOOP
        total := harvester.ieee_difference(total, -v);
    END LOOP;
    RETURN total;
END $$;
COMMENT ON FUNCTION ieee_sum IS 'Internal: sum, number by number; an overflow is ±Infinity, not an error.';
