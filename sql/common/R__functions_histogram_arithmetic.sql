-- Sums and differences of histograms, after model/histogram/float_histogram.go of Prometheus 3.5: a sum
-- has the coarsest schema of its parts and the widest zero bucket, which ends at a bucket's bound.

-- If the zero bucket of one part ends within a populated bucket of another, it takes that in, too.
CREATE OR REPLACE FUNCTION histogram_common_threshold(parts harvester.histogram[]) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    threshold float8 := (SELECT max(p.zero_threshold) FROM unnest(parts) p);
    wider     float8;
BEGIN
    IF threshold = (SELECT min(p.zero_threshold) FROM unnest(parts) p) THEN
        RETURN threshold;
    END IF;
    LOOP
        SELECT max(harvester.histogram_bucket_bound(p.schema, b.index, NULL)) INTO wider
          FROM unnest(parts) p,
               LATERAL (SELECT * FROM unnest(harvester.histogram_bucket_indexes(p.positive_offsets, p.positive_lengths), p.positive_counts)
                        UNION ALL
                        SELECT * FROM unnest(harvester.histogram_bucket_indexes(p.negative_offsets, p.negative_lengths), p.negative_counts)) AS b (index, count)
         WHERE b.count <> 0 AND harvester.histogram_bucket_bound(p.schema, b.index - 1, NULL) < threshold
           AND harvester.histogram_bucket_bound(p.schema, b.index, NULL) > threshold;
        EXIT WHEN wider IS NULL;
        threshold := wider;
    END LOOP;
    RETURN threshold;
END $$;
COMMENT ON FUNCTION histogram_common_threshold IS 'Internal: where the zero bucket of a sum of exponential histograms ends.';

CREATE OR REPLACE FUNCTION histogram_spans(indexes int[], OUT offsets int[], OUT lengths int[])
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT coalesce(array_agg(s.first - s.after ORDER BY s.first), '{}'), coalesce(array_agg(s.length ORDER BY s.first), '{}')
  FROM (SELECT min(i.index) AS first, count(*)::int AS length,
               coalesce(lag(max(i.index)) OVER (ORDER BY min(i.index)) + 1, 0) AS after
          FROM (SELECT u.index, u.index - u.position AS island
                  FROM unnest(indexes) WITH ORDINALITY AS u (index, position)) i
         GROUP BY i.island) s
$$;
COMMENT ON FUNCTION histogram_spans IS 'Internal: spans of consecutive buckets, from their ascending indexes.';

-- (index - 1 >> d) + 1: the bucket of a schema lower by d that includes this one.
CREATE OR REPLACE FUNCTION histogram_weighted_sum(parts harvester.histogram[], weights float8[])
    RETURNS harvester.histogram
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    total     harvester.histogram;
    in_zero   float8;
    threshold float8;
    different boolean;
BEGIN
    SELECT min(p.schema), sum(p.count * p.weight), sum(p.sum * p.weight), sum(p.zero_count * p.weight),
           CASE WHEN min(p.reset_hint) = max(p.reset_hint) AND min(p.weight) = 1 THEN min(p.reset_hint)
                WHEN max(p.reset_hint) = 3 OR min(p.weight) <> 1 THEN 3 ELSE 0 END,
           min(p.custom_values), min(p.custom_values) IS DISTINCT FROM max(p.custom_values)
                                 OR (min(p.schema) = -53 AND max(p.schema) <> -53)
      INTO total.schema, total.count, total.sum, total.zero_count, total.reset_hint, total.custom_values, different
      FROM (SELECT u.*, weights[u.ordinality] AS weight FROM unnest(parts) WITH ORDINALITY u WHERE u.schema IS NOT NULL) p;
    IF total.schema IS NULL OR different THEN
        RETURN NULL;
    END IF;
    threshold := CASE WHEN total.schema = -53 THEN 0 ELSE harvester.histogram_common_threshold(parts) END;
    WITH bucket AS MATERIALIZED (
        SELECT p.schema, b.negative, b.index, b.count * p.weight AS count, p.zero_threshold < threshold AS may_be_zero
          FROM (SELECT u.*, weights[u.ordinality] AS weight FROM unnest(parts) WITH ORDINALITY u) p,
               LATERAL (SELECT false, n.* FROM unnest(harvester.histogram_bucket_indexes(p.positive_offsets, p.positive_lengths), p.positive_counts) n
                        UNION ALL
                        SELECT true, n.* FROM unnest(harvester.histogram_bucket_indexes(p.negative_offsets, p.negative_lengths), p.negative_counts) n) AS b (negative, index, count)),
    placed AS (
        SELECT c.negative, c.index, sum(c.count) AS count
          FROM (SELECT CASE WHEN b.may_be_zero AND harvester.histogram_bucket_bound(b.schema, b.index, NULL) <= threshold THEN NULL
                            WHEN b.schema = total.schema THEN b.index
                            ELSE (b.index - 1 >> b.schema - total.schema) + 1 END AS index,
                       b.negative, b.count FROM bucket b) c
         GROUP BY c.negative, c.index HAVING sum(c.count) <> 0 OR c.index IS NULL),
    sides AS (
        SELECT array_agg(s.index ORDER BY s.index) FILTER (WHERE NOT s.negative AND s.index IS NOT NULL) AS positive,
               array_agg(s.count ORDER BY s.index) FILTER (WHERE NOT s.negative AND s.index IS NOT NULL) AS positive_counts,
               array_agg(s.index ORDER BY s.index) FILTER (WHERE s.negative AND s.index IS NOT NULL) AS negative,
               array_agg(s.count ORDER BY s.index) FILTER (WHERE s.negative AND s.index IS NOT NULL) AS negative_counts,
               coalesce(sum(s.count) FILTER (WHERE s.index IS NULL), 0) AS zero
          FROM placed s)
    SELECT pos.offsets, pos.lengths, coalesce(s.positive_counts, '{}'),
           neg.offsets, neg.lengths, coalesce(s.negative_counts, '{}'), s.zero
      INTO total.positive_offsets, total.positive_lengths, total.positive_counts,
           total.negative_offsets, total.negative_lengths, total.negative_counts, in_zero
      FROM sides s, LATERAL harvester.histogram_spans(s.positive) pos, LATERAL harvester.histogram_spans(s.negative) neg;
    total.zero_threshold := threshold;
    total.zero_count := total.zero_count + in_zero;
    RETURN total;
END $$;
COMMENT ON FUNCTION histogram_weighted_sum IS
    'Sum of histograms times weights; NULL if there are none, or if their custom buckets differ. Empty buckets are left out.';

CREATE OR REPLACE FUNCTION histogram_product(h harvester.histogram, factor float8) RETURNS harvester.histogram
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
BEGIN
    IF h.schema IS NOT NULL THEN
        h.count := h.count * factor;
        h.sum := h.sum * factor;
        h.zero_count := h.zero_count * factor;
        h.positive_counts := ARRAY(SELECT c * factor FROM unnest(h.positive_counts) c);
        h.negative_counts := ARRAY(SELECT c * factor FROM unnest(h.negative_counts) c);
    END IF;
    RETURN h;
END $$;
COMMENT ON FUNCTION histogram_product IS 'Histogram with its sum and all its counts times a factor.';

CREATE OR REPLACE FUNCTION histogram_difference(a harvester.histogram, b harvester.histogram) RETURNS harvester.histogram
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN (a).schema IS NOT NULL AND (b).schema IS NOT NULL
                      THEN harvester.histogram_weighted_sum(ARRAY[a, b], '{1,-1}') END $$;
COMMENT ON FUNCTION histogram_difference IS 'Operator -: histogram a without the observations of b; NULL if their custom buckets differ.';

CREATE OR REPLACE FUNCTION histogram_total(parts harvester.histogram[]) RETURNS harvester.histogram
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT harvester.histogram_weighted_sum(parts, array_fill(1::float8, ARRAY[cardinality(parts)])) $$;
COMMENT ON FUNCTION histogram_total IS 'Sum of histograms, as the aggregate sum(histogram).';

CREATE OR REPLACE AGGREGATE sum(harvester.histogram) (
    sfunc = array_append, stype = harvester.histogram[], initcond = '{}',
    finalfunc = harvester.histogram_total, parallel = safe);
COMMENT ON AGGREGATE sum(harvester.histogram) IS 'Sum of native histograms; NULL if their custom buckets differ.';

DO $$
BEGIN
    IF to_regoperator('harvester.-(harvester.histogram,harvester.histogram)') IS NULL THEN
        CREATE OPERATOR harvester.- (
            leftarg = harvester.histogram, rightarg = harvester.histogram, function = harvester.histogram_difference);
        COMMENT ON OPERATOR harvester.- (harvester.histogram, harvester.histogram) IS
            'Histogram without the observations of another, such as of an earlier time.';
    END IF;
END $$;

-- Whether a histogram started anew since the previous one: fewer observations, in all or in a bucket, or
-- a layout that cannot come from more observations.
CREATE OR REPLACE FUNCTION histogram_was_reset(h harvester.histogram, previous harvester.histogram) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    narrow harvester.histogram;
BEGIN
    IF h.reset_hint IN (1, 2) THEN
        RETURN h.reset_hint = 1;
    ELSIF h.count < previous.count OR (h.schema = -53) <> (previous.schema = -53) OR h.schema > previous.schema
          OR h.custom_values <> previous.custom_values OR h.zero_threshold < previous.zero_threshold THEN
        RETURN true;
    END IF;
    -- The previous histogram in the layout of this one, which then has the common threshold.
    narrow := harvester.histogram_weighted_sum(ARRAY[h, previous], '{0,1}');
    IF h.schema <> -53 AND (narrow.zero_threshold <> h.zero_threshold OR h.zero_count < narrow.zero_count) THEN
        RETURN true;
    END IF;
    RETURN EXISTS (
        SELECT FROM unnest(harvester.histogram_bucket_indexes(narrow.positive_offsets, narrow.positive_lengths), narrow.positive_counts) AS p (index, count)
                    LEFT JOIN unnest(harvester.histogram_bucket_indexes(h.positive_offsets, h.positive_lengths), h.positive_counts) AS c (index, count) USING (index)
         WHERE p.count > coalesce(c.count, 0)
        UNION ALL
        SELECT FROM unnest(harvester.histogram_bucket_indexes(narrow.negative_offsets, narrow.negative_lengths), narrow.negative_counts) AS p (index, count)
                    LEFT JOIN unnest(harvester.histogram_bucket_indexes(h.negative_offsets, h.negative_lengths), h.negative_counts) AS c (index, count) USING (index)
         WHERE p.count > coalesce(c.count, 0));
END $$;
COMMENT ON FUNCTION histogram_was_reset IS 'Internal: whether a counter histogram was reset since the previous one, as DetectReset of Prometheus.';
