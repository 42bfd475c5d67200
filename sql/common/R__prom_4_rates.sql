-- Rates of counters and differences of gauges, with the results of PromQL's functions of the same names
-- (promql/functions.go of Prometheus 3.5).

-- The samples of a window rarely reach to its edges. The change between the first and the last one is
-- extrapolated: to an edge that is nearer than 1.1 times the average distance between samples, or else by
-- half that distance; a counter not to before it was zero.
CREATE OR REPLACE FUNCTION extrapolated_change(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, counter boolean, per_second boolean)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT c.time, c.node,
       CASE WHEN c.change = 0 THEN 0
            WHEN abs(c.change) BETWEEN 1e-300 AND 1e300 THEN c.change * c.factor
            ELSE harvester.ieee_product(c.change, c.factor) END,
       c.labels
  FROM (SELECT d.time, d.node, d.labels, d.change,
               (d.sampled + CASE WHEN d.to_end >= d.gap * 1.1 THEN d.gap / 2 ELSE d.to_end END
                + CASE WHEN extrapolated_change.counter AND d.change > 0 AND d.first >= 0 AND d.change <> 'NaN'
                       THEN least(CASE WHEN d.to_start >= d.gap * 1.1 THEN d.gap / 2 ELSE d.to_start END,
                                  CASE WHEN d.change > 1e-280 AND d.first < d.change * 1e-20 THEN 0
                                       ELSE d.sampled * (d.first / d.change) END)
                       WHEN d.to_start >= d.gap * 1.1 THEN d.gap / 2
                       ELSE d.to_start END)
               / (d.sampled * CASE WHEN extrapolated_change.per_second THEN d.window_ms / 1000
                                   ELSE d.window_ms / d.range_ms END) AS factor
          FROM (SELECT s.time, s.node, s.labels, s.first, s.range_ms, s.range_ms AS window_ms,
                       (s.last_t - s.first_t) / 1000 AS sampled, (s.last_t - s.first_t) / 1000 / s.gaps AS gap,
                       (s.first_t - s.t + s.range_ms) / 1000 AS to_start, (s.t - s.last_t) / 1000 AS to_end,
                       CASE WHEN s.marks IS NOT NULL
                            THEN harvester.ieee_sum(harvester.ieee_difference(s.last, s.first),
                                                    ARRAY(SELECT s.values[k - 1] FROM unnest(s.marks) k
                                                           WHERE k > s.lo + 1 AND k <= s.hi))
                            WHEN abs(s.last) < 1e307 AND abs(s.first) < 1e307 THEN s.last - s.first
                            ELSE harvester.ieee_difference(s.last, s.first) END AS change
                  FROM (SELECT w.*, w.hi - w.lo - 1 AS gaps,
                               w.values[w.lo + 1] AS first, w.values[w.hi] AS last,
                               w.times[w.lo + 1] AS first_t, w.times[w.hi] AS last_t
                          FROM harvester.fresh_windows(
                                   extrapolated_change.metric, extrapolated_change."range",
                                   extrapolated_change.start, extrapolated_change.stop, extrapolated_change.step,
                                   extrapolated_change.nodes, extrapolated_change.match,
                                   CASE WHEN extrapolated_change.counter THEN 'resets' ELSE '' END) w
                         WHERE w.hi - w.lo >= 2
                        OFFSET 0) s
                UNION ALL
                SELECT s.time, s.node, s.labels, s.first, s.range_ms, s.window_ms,
                       (s.last_t - s.first_t) / 1000, (s.last_t - s.first_t) / 1000 / s.gaps,
                       (s.first_t - s.t + s.window_ms) / 1000, (s.t - s.last_t) / 1000,
                       CASE WHEN extrapolated_change.counter AND s.drops <> array_fill(0::float8, ARRAY[cardinality(s.drops)])
                            THEN harvester.ieee_sum(harvester.ieee_difference(s.last, s.first), s.drops)
                            WHEN abs(s.last) < 1e307 AND abs(s.first) < 1e307 THEN s.last - s.first
                            ELSE harvester.ieee_difference(s.last, s.first) END
                  FROM (SELECT w.time, w.node, w.labels, w.t, w.range_ms, w.window_ms,
                               (SELECT sum(n) FROM unnest(w.samples[w.lo + 1:w.hi]) n) - 1 AS gaps,
                               w.first[w.lo + 1] AS first, w.last[w.hi] AS last,
                               w.first_times[w.lo + 1] AS first_t, w.last_times[w.hi] AS last_t,
                               w.dropped[w.lo + 1:w.hi] || w.crossings[w.lo + 2:w.hi] AS drops
                          FROM harvester.rolled_windows(
                                   extrapolated_change.metric, extrapolated_change."range",
                                   extrapolated_change.start, extrapolated_change.stop, extrapolated_change.step,
                                   extrapolated_change.nodes, extrapolated_change.match) w
                        OFFSET 0) s
                 WHERE s.gaps >= 1
                OFFSET 0) d
        OFFSET 0) c
$$;
COMMENT ON FUNCTION extrapolated_change IS
    'Internal, for rate, increase and delta: the change of each series in each window, extrapolated to the whole window.';

CREATE OR REPLACE FUNCTION prom.rate(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.extrapolated_change(
    rate.metric, rate."range", rate.start, rate.stop,
    rate.step, rate.nodes, rate.match, true, true)
$$;
COMMENT ON FUNCTION prom.rate IS
    'Increase of a counter per second over each window (time - range, time], as rate() of PromQL.';

CREATE OR REPLACE FUNCTION prom.increase(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.extrapolated_change(
    increase.metric, increase."range", increase.start, increase.stop,
    increase.step, increase.nodes, increase.match, true, false)
$$;
COMMENT ON FUNCTION prom.increase IS
    'Increase of a counter over each window (time - range, time], as increase() of PromQL.';

CREATE OR REPLACE FUNCTION prom.delta(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.extrapolated_change(
    delta.metric, delta."range", delta.start, delta.stop,
    delta.step, delta.nodes, delta.match, false, false)
$$;
COMMENT ON FUNCTION prom.delta IS
    'Change of a gauge over each window (time - range, time], as delta() of PromQL.';

-- Of the last two samples of a window. After a reset, a counter has increased by its value.
CREATE OR REPLACE FUNCTION last_change(
    metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, counter boolean)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT p.time, p.node,
       CASE WHEN last_change.counter THEN harvester.ieee_product(p.change, 1 / p.seconds) ELSE p.change END, p.labels
  FROM (SELECT w.time, w.node, w.labels, (w.times[w.hi] - w.times[w.hi - 1]) / 1000 AS seconds,
               CASE WHEN last_change.counter AND w.values[w.hi] < w.values[w.hi - 1] AND w.values[w.hi - 1] <> 'NaN'
                    THEN w.values[w.hi]
                    ELSE harvester.ieee_difference(w.values[w.hi], w.values[w.hi - 1]) END AS change
          FROM harvester.sample_windows(
                   last_change.metric, last_change."range", last_change.start, last_change.stop, last_change.step,
                   last_change.nodes, last_change.match, '') w
         WHERE w.hi - w.lo >= 2
        OFFSET 0) p
$$;
COMMENT ON FUNCTION last_change IS 'Internal, for irate and idelta: the change between the last two samples of each window.';

CREATE OR REPLACE FUNCTION prom.irate(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.last_change(
    irate.metric, irate."range", irate.start, irate.stop,
    irate.step, irate.nodes, irate.match, true)
$$;
COMMENT ON FUNCTION prom.irate IS
    'Increase of a counter per second between the last two samples of each window (time - range, time], as irate() of PromQL.';

CREATE OR REPLACE FUNCTION prom.idelta(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT * FROM harvester.last_change(
    idelta.metric, idelta."range", idelta.start, idelta.stop,
    idelta.step, idelta.nodes, idelta.match, false)
$$;
COMMENT ON FUNCTION prom.idelta IS
    'Change of a gauge between the last two samples of each window (time - range, time], as idelta() of PromQL.';

CREATE OR REPLACE FUNCTION prom.resets(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node,
       CASE WHEN w.marks IS NULL THEN 0 ELSE width_bucket(w.hi, w.marks) - width_bucket(w.lo + 1, w.marks) END,
       w.labels
  FROM harvester.sample_windows(
    resets.metric, resets."range", resets.start, resets.stop,
    resets.step, resets.nodes, resets.match, 'resets') w
$$;
COMMENT ON FUNCTION prom.resets IS
    'How often a counter was reset in each window (time - range, time], as resets() of PromQL.';

CREATE OR REPLACE FUNCTION prom.changes(
    metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}')
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
SELECT w.time, w.node, width_bucket(w.hi, w.marks) - width_bucket(w.lo + 1, w.marks), w.labels
  FROM harvester.sample_windows(
    changes.metric, changes."range", changes.start, changes.stop,
    changes.step, changes.nodes, changes.match, 'changes') w
$$;
COMMENT ON FUNCTION prom.changes IS
    'How often the value changed in each window (time - range, time], as changes() of PromQL.';
