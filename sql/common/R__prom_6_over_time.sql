-- Functions over the samples of each window, with the results of PromQL's functions of the same names
-- (promql/functions.go of Prometheus 3.5).

CREATE OR REPLACE FUNCTION prom.is_stale(value float8) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT harvester.is_stale(value) $$;
COMMENT ON FUNCTION prom.is_stale IS
    'Whether a value is a stale marker, with which a series ends. Views and functions leave them out; the others are NaN.';

CREATE OR REPLACE FUNCTION window_sums(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, mean boolean)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT s.time, s.node,
       CASE WHEN a.largest >= 1e290 THEN harvester.extreme_sum(s.part, window_sums.mean)
            -- Where numbers of different sign cancel each other out, the error of a plain sum shows.
            ELSE CASE WHEN a.absolute <= abs(a.plain) * 100 THEN a.plain ELSE harvester.compensated_sum(s.part) END
                 / CASE WHEN window_sums.mean THEN s.n ELSE 1 END END,
       s.labels
  FROM (SELECT w.time, w.node, w.labels, w.hi - w.lo AS n, w.values[w.lo + 1:w.hi] AS part
          FROM harvester.fresh_windows(
    window_sums.metric, window_sums."range", window_sums.start, window_sums.stop,
    window_sums.step, window_sums.nodes, window_sums.match, '') w OFFSET 0) s,
       LATERAL (SELECT sum(v) FILTER (WHERE abs(v) < 1e290) AS plain,
                       sum(abs(v)) FILTER (WHERE abs(v) < 1e290) AS absolute, max(abs(v)) AS largest
                  FROM unnest(s.part) v OFFSET 0) a
UNION ALL
SELECT s.time, s.node,
       CASE WHEN a.largest >= 1e290 THEN harvester.extreme_sum(s.part, false)
            WHEN a.absolute <= abs(a.plain) * 100 THEN a.plain
            ELSE harvester.compensated_sum(s.part) END
       / CASE WHEN window_sums.mean THEN (SELECT sum(n) FROM unnest(s.samples) n) ELSE s.widened END,
       s.labels
  FROM (SELECT w.time, w.node, w.labels, w.window_ms / w.range_ms AS widened,
               w.samples[w.lo + 1:w.hi] AS samples, w.total[w.lo + 1:w.hi] AS part
          FROM harvester.rolled_windows(
    window_sums.metric, window_sums."range", window_sums.start, window_sums.stop,
    window_sums.step, window_sums.nodes, window_sums.match) w OFFSET 0) s,
       LATERAL (SELECT sum(v) FILTER (WHERE abs(v) < 1e290) AS plain,
                       sum(abs(v)) FILTER (WHERE abs(v) < 1e290) AS absolute, max(abs(v)) AS largest
                  FROM unnest(s.part) v OFFSET 0) a
$$;
COMMENT ON FUNCTION window_sums IS 'Internal, for sum_over_time and avg_over_time: sum or mean of the values in each window.';

CREATE OR REPLACE FUNCTION prom.sum_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.window_sums(
    sum_over_time.metric, sum_over_time."range", sum_over_time.start, sum_over_time.stop,
    sum_over_time.step, sum_over_time.nodes, sum_over_time.match, false)
$$;
COMMENT ON FUNCTION prom.sum_over_time IS
    'Sum of the values in each window (time - range, time], as sum_over_time() of PromQL.';

CREATE OR REPLACE FUNCTION prom.avg_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.window_sums(
    avg_over_time.metric, avg_over_time."range", avg_over_time.start, avg_over_time.stop,
    avg_over_time.step, avg_over_time.nodes, avg_over_time.match, true)
$$;
COMMENT ON FUNCTION prom.avg_over_time IS
    'Mean of the values in each window (time - range, time], as avg_over_time() of PromQL.';

CREATE OR REPLACE FUNCTION prom.min_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node,
       (SELECT coalesce(min(v) FILTER (WHERE v <> 'NaN'), 'NaN') FROM unnest(w.values[w.lo + 1:w.hi]) v), w.labels
  FROM harvester.fresh_windows(
    min_over_time.metric, min_over_time."range", min_over_time.start, min_over_time.stop,
    min_over_time.step, min_over_time.nodes, min_over_time.match, '') w
UNION ALL
SELECT w.time, w.node, (SELECT coalesce(min(v) FILTER (WHERE v <> 'NaN'), 'NaN') FROM unnest(w.lowest[w.lo + 1:w.hi]) v), w.labels
  FROM harvester.rolled_windows(
    min_over_time.metric, min_over_time."range", min_over_time.start, min_over_time.stop,
    min_over_time.step, min_over_time.nodes, min_over_time.match) w
$$;
COMMENT ON FUNCTION prom.min_over_time IS
    'Lowest value in each window (time - range, time], as min_over_time() of PromQL: NaN only if all are.';

CREATE OR REPLACE FUNCTION prom.max_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node,
       (SELECT coalesce(max(v) FILTER (WHERE v <> 'NaN'), 'NaN') FROM unnest(w.values[w.lo + 1:w.hi]) v), w.labels
  FROM harvester.fresh_windows(
    max_over_time.metric, max_over_time."range", max_over_time.start, max_over_time.stop,
    max_over_time.step, max_over_time.nodes, max_over_time.match, '') w
UNION ALL
SELECT w.time, w.node, (SELECT coalesce(max(v) FILTER (WHERE v <> 'NaN'), 'NaN') FROM unnest(w.highest[w.lo + 1:w.hi]) v), w.labels
  FROM harvester.rolled_windows(
    max_over_time.metric, max_over_time."range", max_over_time.start, max_over_time.stop,
    max_over_time.step, max_over_time.nodes, max_over_time.match) w
$$;
COMMENT ON FUNCTION prom.max_over_time IS
    'Highest value in each window (time - range, time], as max_over_time() of PromQL: NaN only if all are.';

CREATE OR REPLACE FUNCTION prom.count_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node, w.hi - w.lo, w.labels
  FROM harvester.fresh_windows(
    count_over_time.metric, count_over_time."range", count_over_time.start, count_over_time.stop,
    count_over_time.step, count_over_time.nodes, count_over_time.match, '') w
UNION ALL
SELECT w.time, w.node, (SELECT sum(n) FROM unnest(w.samples[w.lo + 1:w.hi]) n) * w.range_ms / w.window_ms, w.labels
  FROM harvester.rolled_windows(
    count_over_time.metric, count_over_time."range", count_over_time.start, count_over_time.stop,
    count_over_time.step, count_over_time.nodes, count_over_time.match) w
$$;
COMMENT ON FUNCTION prom.count_over_time IS
    'Number of samples in each window (time - range, time], as count_over_time() of PromQL.';

CREATE OR REPLACE FUNCTION prom.last_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node, w.values[w.hi], w.labels
  FROM harvester.fresh_windows(
    last_over_time.metric, last_over_time."range", last_over_time.start, last_over_time.stop,
    last_over_time.step, last_over_time.nodes, last_over_time.match, '') w
UNION ALL
SELECT w.time, w.node, w.last[w.hi], w.labels
  FROM harvester.rolled_windows(
    last_over_time.metric, last_over_time."range", last_over_time.start, last_over_time.stop,
    last_over_time.step, last_over_time.nodes, last_over_time.match) w
$$;
COMMENT ON FUNCTION prom.last_over_time IS
    'Newest value in each window (time - range, time], as last_over_time() of PromQL.';

-- Deviations from the mean of the deviations from the first value: 0 where all values are equal.
CREATE OR REPLACE FUNCTION prom.stddev_over_time(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT s.time, s.node,
       CASE WHEN a.largest >= 'Infinity' THEN 'NaN'
            WHEN a.lowest = a.highest THEN 0
            -- Where the spread is a small part of the values, digits depend on how the mean is rounded.
            WHEN a.largest >= 1e150 OR a.largest < 1e-140 OR a.largest > (a.highest - a.lowest) * 1e4
                THEN harvester.exact_stddev(s.part)
            ELSE (SELECT sqrt(greatest(sum(CASE WHEN abs(d) < 1e-150 THEN 0 ELSE d * d END)
                                       - CASE WHEN abs(sum(d)) < 1e-150 THEN 0 ELSE sum(d) * sum(d) / s.n END, 0) / s.n)
                    FROM (SELECT v - s.first - a.mean AS d FROM unnest(s.part) v) u) END,
       s.labels
  FROM (SELECT w.time, w.node, w.labels, w.hi - w.lo AS n, w.values[w.lo + 1] AS first, w.values[w.lo + 1:w.hi] AS part
          FROM harvester.sample_windows(
    stddev_over_time.metric, stddev_over_time."range", stddev_over_time.start, stddev_over_time.stop,
    stddev_over_time.step, stddev_over_time.nodes, stddev_over_time.match, '') w OFFSET 0) s,
       LATERAL (SELECT sum(CASE WHEN abs(v) < 1e150 AND abs(s.first) < 1e150 THEN v - s.first END) / s.n AS mean,
                       max(abs(v)) AS largest, min(v) AS lowest, max(v) AS highest
                  FROM unnest(s.part) v OFFSET 0) a
$$;
COMMENT ON FUNCTION prom.stddev_over_time IS
    'Standard deviation (of a population) of the values in each window (time - range, time], as stddev_over_time() of PromQL.';

-- NaN is the lowest value here, as in Prometheus. A value beside an infinite one is multiplied as there.
CREATE OR REPLACE FUNCTION prom.quantile_over_time(
    q float8, metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT s.time, s.node,
       CASE WHEN quantile_over_time.q = 'NaN' THEN 'NaN'
            WHEN quantile_over_time.q < 0 THEN '-Infinity'
            WHEN quantile_over_time.q > 1 THEN 'Infinity'
            ELSE harvester.ieee_product(s.sorted[floor(s.rank)::int + 1], 1 - (s.rank - floor(s.rank)))
                 + harvester.ieee_product(s.sorted[least(floor(s.rank)::int + 2, s.n)], s.rank - floor(s.rank)) END,
       s.labels
  FROM (SELECT w.time, w.node, w.labels, w.hi - w.lo AS n,
               CASE WHEN quantile_over_time.q BETWEEN 0 AND 1 THEN quantile_over_time.q * (w.hi - w.lo - 1) ELSE 0 END AS rank,
               ARRAY(SELECT v FROM unnest(w.values[w.lo + 1:w.hi]) v ORDER BY v <> 'NaN', v) AS sorted
          FROM harvester.sample_windows(
    CASE WHEN quantile_over_time.q IS NULL THEN harvester.missing_argument('q') ELSE quantile_over_time.metric END,
    quantile_over_time."range", quantile_over_time.start, quantile_over_time.stop,
    quantile_over_time.step, quantile_over_time.nodes, quantile_over_time.match, '') w OFFSET 0) s
$$;
COMMENT ON FUNCTION prom.quantile_over_time IS
    'The q-quantile (q from 0 to 1) of the values in each window (time - range, time], as quantile_over_time() of PromQL.';

-- PostgreSQL's regression is used where rounding in Prometheus's formula cannot show in nine digits.
CREATE OR REPLACE FUNCTION regression(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, ahead float8)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT s.time, s.node,
       CASE WHEN a.largest >= 'Infinity' THEN 'NaN'
            WHEN a.lowest = a.highest THEN CASE WHEN regression.ahead IS NULL THEN 0 ELSE a.lowest END
            WHEN a.largest >= 1e140 THEN
                (SELECT CASE WHEN regression.ahead IS NULL THEN f.line[1]
                             ELSE harvester.ieee_difference(harvester.ieee_product(f.line[1], regression.ahead), -f.line[2]) END
                   FROM (SELECT harvester.extreme_regression(s.t_part, s.v_part, s.origin) AS line OFFSET 0) f)
            WHEN regression.ahead IS NULL THEN
                CASE WHEN a.noise <= abs(a.slope) THEN a.slope
                     ELSE (harvester.exact_regression(s.t_part, s.v_part, s.origin))[1] END
            WHEN a.noise * (abs(regression.ahead) + abs(a.mean_x)) + 1e-6 * abs(a.mean_y)
                 <= abs(a.slope * regression.ahead + a.intercept)
                THEN a.slope * regression.ahead + a.intercept
            ELSE (SELECT f.line[1] * regression.ahead + f.line[2]
                    FROM (SELECT harvester.exact_regression(s.t_part, s.v_part, s.origin) AS line OFFSET 0) f) END,
       s.labels
  FROM (SELECT w.time, w.node, w.labels,
               CASE WHEN regression.ahead IS NULL THEN w.times[w.lo + 1] ELSE w.t END AS origin,
               w.times[w.lo + 1:w.hi] AS t_part, w.values[w.lo + 1:w.hi] AS v_part
          FROM harvester.sample_windows(
    regression.metric, regression."range", regression.start, regression.stop,
    regression.step, regression.nodes, regression.match, '') w WHERE w.hi - w.lo >= 2 OFFSET 0) s,
       LATERAL (SELECT regr_slope(p.y, p.x) AS slope, regr_intercept(p.y, p.x) AS intercept,
                       regr_avgx(p.y, p.x) AS mean_x, regr_avgy(p.y, p.x) AS mean_y,
                       -- 2e9 times the rounding errors of Σxy and Σx·Σy / n, as an error of the slope
                       6e-7 * (sum(abs(p.x * p.y)) + abs(regr_count(p.y, p.x) * regr_avgx(p.y, p.x) * regr_avgy(p.y, p.x)))
                           / nullif(regr_sxx(p.y, p.x), 0) AS noise,
                       max(abs(p.v)) AS largest, min(p.v) AS lowest, max(p.v) AS highest
                  FROM (SELECT (u.t - s.origin) / 1000 AS x, CASE WHEN abs(u.v) < 1e140 THEN u.v END AS y, u.v
                          FROM unnest(s.t_part, s.v_part) AS u (t, v)) p
                OFFSET 0) a
$$;
COMMENT ON FUNCTION regression IS
    'Internal, for deriv (ahead NULL: the slope) and predict_linear: the least-squares line through the samples of each window.';

CREATE OR REPLACE FUNCTION prom.deriv(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.regression(
    deriv.metric, deriv."range", deriv.start, deriv.stop,
    deriv.step, deriv.nodes, deriv.match, NULL)
$$;
COMMENT ON FUNCTION prom.deriv IS
    'Change of a gauge per second in each window (time - range, time], by least squares, as deriv() of PromQL.';

CREATE OR REPLACE FUNCTION prom.predict_linear(
    metric text, ahead interval, "range" interval DEFAULT '1 hour',
    start timestamptz DEFAULT now(), stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.regression(
    CASE WHEN predict_linear.ahead IS NULL THEN harvester.missing_argument('ahead') ELSE predict_linear.metric END,
    predict_linear."range", predict_linear.start, predict_linear.stop,
    predict_linear.step, predict_linear.nodes, predict_linear.match,
    date_part('epoch', predict_linear.ahead))
$$;
COMMENT ON FUNCTION prom.predict_linear IS
    'Value of a gauge that the least-squares line through each window (time - range, time] reaches after the time ahead, as predict_linear() of PromQL. By default, one prediction per series, from the last hour.';

CREATE OR REPLACE FUNCTION prom.latest(
    metric text, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}',
    max_age interval DEFAULT '5 minutes', at timestamptz DEFAULT now())
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
WITH q AS MATERIALIZED (
    SELECT * FROM harvester.latest_query(latest.metric, latest.nodes, latest.match, latest.max_age, latest.at))
SELECT to_timestamp(c.times[cardinality(c.times)] / 1000), c.node, c.values[cardinality(c.values)], c.labels
  FROM harvester.sample_columns((SELECT q.metric_id FROM q), (SELECT q.node_ids FROM q), latest.match,
                                latest.at - latest.max_age, latest.at, true) c
 WHERE NOT harvester.is_stale(c.values[cardinality(c.values)])
$$;
COMMENT ON FUNCTION prom.latest IS
    'Newest sample of each series, unless it is older than max_age or the series has ended (stale marker), as an instant query of PromQL.';
