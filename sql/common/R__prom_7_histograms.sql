-- Quantiles of histograms over windows: histogram_quantile(q, sum by (…) (rate(metric[range]))) of PromQL,
-- for classic histograms (a counter per bucket) and for native ones.

-- After BucketQuantile of promql/quantile.go. Counts must not decrease; differences below the twelfth
-- digit come from rounding and are ignored.
CREATE OR REPLACE FUNCTION bucket_quantile(q float8, bounds float8[], counts float8[]) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    last  int := cardinality(bounds);
    rank  float8;
    at    int := 1;
    below float8 := 0;
BEGIN
    IF q = 'NaN' THEN
        RETURN 'NaN';
    ELSIF q < 0 THEN
        RETURN '-Infinity';
    ELSIF q > 1 THEN
        RETURN 'Infinity';
    ELSIF last < 2 OR bounds[last] <> 'Infinity' THEN
        RETURN 'NaN';
    END IF;
    FOR i IN 2 .. last LOOP
        IF counts[i] < counts[i - 1] OR abs(counts[i] - counts[i - 1]) < 1e-12 * (abs(counts[i]) + abs(counts[i - 1])) THEN
            counts[i] := counts[i - 1];
        END IF;
    END LOOP;
    IF counts[last] = 0 OR counts[last] = 'NaN' THEN
        RETURN 'NaN';
    END IF;
    rank := q * counts[last];
    WHILE at < last AND counts[at] < rank LOOP
        at := at + 1;
    END LOOP;
    IF at = last THEN
        RETURN bounds[last - 1];
    ELSIF at = 1 AND bounds[1] <= 0 THEN
        RETURN bounds[1];
    ELSIF at > 1 THEN
        below := counts[at - 1];
    END IF;
    IF counts[at] = below THEN
        RETURN 'NaN';
    END IF;
    RETURN CASE at WHEN 1 THEN 0 ELSE bounds[at - 1] END
           + (bounds[at] - CASE at WHEN 1 THEN 0 ELSE bounds[at - 1] END) * ((rank - below) / (counts[at] - below));
END $$;
COMMENT ON FUNCTION bucket_quantile IS
    'The q-quantile of a classic histogram: upper bounds in ascending order, the last one Infinity, and cumulative counts.';

CREATE OR REPLACE FUNCTION label_group(labels jsonb, by text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT coalesce(jsonb_object_agg(k, labels -> k) FILTER (WHERE labels ? k), '{}') FROM unnest(by) k $$;
COMMENT ON FUNCTION label_group IS 'Internal: the labels of these names.';

CREATE OR REPLACE FUNCTION classic_quantiles(
    q float8, metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, by text[])
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
WITH bucket AS MATERIALIZED (
    SELECT r.time, r.node, r.labels, r.value
      FROM prom.rate(classic_quantiles.metric, classic_quantiles."range", classic_quantiles.start, classic_quantiles.stop,
                     classic_quantiles.step, classic_quantiles.nodes, classic_quantiles.match) r),
layout AS MATERIALIZED (  -- labels are taken apart once per label set, not once per point
    SELECT d.labels, CASE WHEN d.labels ->> 'le' ~* '^[+-]?(inf|[0-9.]+(e[+-]?[0-9]+)?)$' THEN (d.labels ->> 'le')::float8 END AS bound,
           CASE WHEN classic_quantiles.by IS NULL THEN d.labels - 'le' ELSE harvester.label_group(d.labels, classic_quantiles.by) END AS grouped
      FROM (SELECT DISTINCT b.labels FROM bucket b) d),
summed AS (
    SELECT b.time, CASE WHEN classic_quantiles.by IS NULL OR 'node' = ANY (classic_quantiles.by) THEN b.node END AS node,
           l.grouped, l.bound, sum(b.value) AS count
      FROM bucket b JOIN layout l USING (labels)
     WHERE l.bound IS NOT NULL
     GROUP BY 1, 2, 3, 4)
SELECT s.time, s.node,
       harvester.bucket_quantile(classic_quantiles.q, array_agg(s.bound ORDER BY s.bound), array_agg(s.count ORDER BY s.bound)), s.grouped
  FROM summed s GROUP BY s.time, s.node, s.grouped
$$;
COMMENT ON FUNCTION classic_quantiles IS 'Internal, for histogram_quantile: classic histograms.';

CREATE OR REPLACE FUNCTION histogram_columns(
    metric_id int, node_ids int[], match jsonb, after timestamptz, until timestamptz)
RETURNS TABLE (series_id bigint, node text, labels jsonb, times float8[], histograms harvester.histogram[], resets int[])
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
SELECT r.series_id, n.name, r.labels, c.times, c.histograms, c.resets
  FROM harvester.series r
       JOIN harvester.node n USING (node_id),
       LATERAL (SELECT array_agg(p.ms ORDER BY p.ms) AS times, array_agg(p.histogram ORDER BY p.ms) AS histograms,
                       array_agg(p.position ORDER BY p.ms) FILTER (
                           WHERE p.previous IS NOT NULL AND harvester.histogram_was_reset(p.histogram, p.previous)) AS resets
                  FROM (SELECT round(date_part('epoch', h.time) * 1000) AS ms, h.histogram,
                               lag(h.histogram) OVER (ORDER BY h.time) AS previous,
                               (row_number() OVER (ORDER BY h.time))::int AS position
                          FROM harvester.histogram_sample h
                         WHERE h.series_id = r.series_id
                           AND h.time > histogram_columns.after AND h.time <= histogram_columns.until
                           AND NOT harvester.is_stale((h.histogram).sum)) p
                OFFSET 0) c
 WHERE r.metric_id = histogram_columns.metric_id
   AND (histogram_columns.node_ids IS NULL OR r.node_id = ANY (histogram_columns.node_ids))
   AND r.labels @> histogram_columns.match
   AND c.times IS NOT NULL
$$;
COMMENT ON FUNCTION histogram_columns IS
    'Internal: per series the times (ms) of its native histograms, the histograms, and the positions of those that were reset before.';

-- The change of a histogram: the last one without the first, and with each one before a reset; if the
-- second one was reset, the first does not count. The factor is that of extrapolated_change. Rounded as in
-- Prometheus, since a quantile may lie on the border of two buckets.
CREATE OR REPLACE FUNCTION native_quantiles(
    q float8, metric text, "range" interval, start timestamptz, stop timestamptz, step interval,
    nodes text[], match jsonb, by text[])
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $$
WITH a AS MATERIALIZED (
    SELECT * FROM harvester.range_query(
    native_quantiles.metric, native_quantiles."range", native_quantiles.start, native_quantiles.stop,
    native_quantiles.step, native_quantiles.nodes, native_quantiles.match)),
grid AS MATERIALIZED (
    SELECT g.time, g.t, a.range_ms FROM a, harvester.time_grid(a.first_ms, a.step_ms, a.points) g),
spans AS (
    SELECT s.series_id, w.time, w.t, w.range_ms, w.lo, w.hi, s.histograms, s.resets, s.times[w.lo + 1] AS first_t, s.times[w.hi] AS last_t,
           CASE WHEN native_quantiles.by IS NULL OR 'node' = ANY (native_quantiles.by) THEN s.node END AS node,
           CASE WHEN native_quantiles.by IS NULL THEN s.labels ELSE harvester.label_group(s.labels, native_quantiles.by) END AS grouped
      FROM harvester.histogram_columns((SELECT a.metric_id FROM a), (SELECT a.node_ids FROM a), native_quantiles.match,
               date_trunc('milliseconds', native_quantiles.start)
                   - make_interval(secs => date_part('epoch', native_quantiles."range")), native_quantiles.stop) s,
           LATERAL (SELECT g.time, g.t, g.range_ms, width_bucket(g.t - g.range_ms, s.times) AS lo, width_bucket(g.t, s.times) AS hi
                      FROM grid g OFFSET 0) w
     WHERE w.hi - w.lo >= 2),
changed AS (
    SELECT c.time, c.node, c.grouped,
           harvester.histogram_product(
               harvester.histogram_weighted_sum(array_agg(c.histograms[p.position]), array_agg(p.sign)),
               (c.sampled + CASE WHEN c.to_start >= c.gap * 1.1 THEN c.gap / 2 ELSE c.to_start END
                + CASE WHEN c.to_end >= c.gap * 1.1 THEN c.gap / 2 ELSE c.to_end END) / c.sampled / (c.range_ms / 1000)) AS histogram
      FROM (SELECT s.*, (s.last_t - s.first_t) / 1000 AS sampled, (s.last_t - s.first_t) / 1000 / (s.hi - s.lo - 1) AS gap,
                   (s.first_t - s.t + s.range_ms) / 1000 AS to_start, (s.t - s.last_t) / 1000 AS to_end
              FROM spans s OFFSET 0) c,
           LATERAL (SELECT c.hi, 1::float8
                    UNION ALL SELECT c.lo + 1, -1 WHERE c.resets IS NULL OR c.lo + 2 <> ALL (c.resets)
                    UNION ALL SELECT r - 1, 1 FROM unnest(c.resets) r WHERE r > c.lo + 2 AND r <= c.hi) AS p (position, sign)
     GROUP BY c.time, c.series_id, c.node, c.grouped, c.sampled, c.gap, c.to_start, c.to_end, c.range_ms),
summed AS (
    SELECT c.time, c.node, c.grouped,
           CASE WHEN count(*) = 1 THEN (array_agg(c.histogram))[1] ELSE harvester.sum(c.histogram) END AS histogram
      FROM changed c GROUP BY c.time, c.node, c.grouped)
SELECT s.time, s.node, harvester.histogram_quantile(native_quantiles.q, s.histogram), s.grouped
  FROM summed s WHERE (s.histogram).schema IS NOT NULL
$$;
COMMENT ON FUNCTION native_quantiles IS 'Internal, for histogram_quantile: native histograms.';

-- The catalog knows of a metric's histograms a moment after they are stored. Until then, a metric without
-- classic buckets is looked up in the table. Metrics from 8388607 on share a range of ids (class SeriesId).
CREATE OR REPLACE FUNCTION has_native_histograms(metric text, buckets text)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT m.histogram_view_label_count IS NOT NULL
       OR (NOT EXISTS (SELECT FROM harvester.metric b WHERE b.name = has_native_histograms.buckets)
           AND EXISTS (SELECT FROM harvester.native_histogram h
                        WHERE h.series_id >= least(m.metric_id, 8388607)::bigint << 40
                          AND h.series_id <= (least(m.metric_id, 8388607)::bigint << 40) + 1099511627775
                          AND EXISTS (SELECT FROM harvester.series r
                                       WHERE r.series_id = h.series_id AND r.metric_id = m.metric_id)))
  FROM harvester.metric m WHERE m.name = has_native_histograms.metric
$$;
COMMENT ON FUNCTION has_native_histograms IS
    'Internal: whether a metric has native histograms; NULL: there is no such metric.';

CREATE OR REPLACE FUNCTION prom.histogram_quantile(
    q float8, metric text, "range" interval DEFAULT '5 minutes',
    start timestamptz DEFAULT now() - interval '1 hour', stop timestamptz DEFAULT now(),
    step interval DEFAULT NULL, nodes text[] DEFAULT NULL, match jsonb DEFAULT '{}', by text[] DEFAULT NULL)
RETURNS TABLE ("time" timestamptz, node text, value float8, labels jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
AS $$
DECLARE
    buckets text := CASE WHEN right(metric, 7) = '_bucket' THEN metric ELSE metric || '_bucket' END;
    native  boolean := harvester.has_native_histograms(metric, buckets);
    source  text := CASE WHEN native THEN metric ELSE buckets END;
    known   text[] := (SELECT ARRAY['node'] || m.label_names FROM harvester.metric m WHERE m.name = source);
    strange text := (SELECT min(l) FROM unnest(by) l WHERE l <> ALL (known));
BEGIN
    IF known IS NULL AND native IS NULL THEN
        PERFORM harvester.metric_id_of(metric);
    ELSIF known IS NULL THEN
        RAISE wrong_object_type USING MESSAGE =
            format('metric %s is no histogram: it has no native histograms, and there is no metric %s', metric, buckets);
    ELSIF strange IS NOT NULL THEN
        RAISE undefined_object USING MESSAGE =
            format('by: metric %s has no label "%s": choose from %s', source, strange, array_to_string(array_remove(known, 'le'), ', '));
    ELSIF q IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'q is NULL: it must be a number from 0 to 1';
    END IF;
    IF native THEN
        RETURN QUERY SELECT * FROM harvester.native_quantiles(q, metric, "range", start, stop, step, nodes, match, by);
    ELSE
        RETURN QUERY SELECT * FROM harvester.classic_quantiles(q, buckets, "range", start, stop, step, nodes, match, by);
    END IF;
END $$;
COMMENT ON FUNCTION prom.histogram_quantile IS
    'The q-quantile of what a histogram observed in each window (time - range, time], as histogram_quantile(q, sum by (…) (rate(…))) of PromQL. metric is a native histogram, or a classic one with or without _bucket. by: labels to group by ("node" too); NULL: each series for itself; {}: all together.';
