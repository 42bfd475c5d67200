-- Functions on type histogram, with the results of PromQL's functions of the same names, after
-- promql/quantile.go and model/histogram of Prometheus 3.5. All are immutable and parallel safe.

CREATE OR REPLACE FUNCTION histogram_count(h harvester.histogram) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT h.count';
COMMENT ON FUNCTION histogram_count IS 'Number of observations.';

CREATE OR REPLACE FUNCTION histogram_sum(h harvester.histogram) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT h.sum';
COMMENT ON FUNCTION histogram_sum IS 'Sum of the observations.';

CREATE OR REPLACE FUNCTION histogram_avg(h harvester.histogram) RETURNS float8
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT CASE h.count WHEN 0 THEN 'NaN' ELSE h.sum / h.count END $$;
COMMENT ON FUNCTION histogram_avg IS 'Mean of the observations; NaN if there are none.';

CREATE OR REPLACE FUNCTION histogram_bucket_bound(schema int, index int, custom_values float8[]) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    exponent float8;
BEGIN
    IF schema = -53 THEN
        RETURN CASE WHEN index < 0 THEN '-Infinity'
                    WHEN index >= cardinality(custom_values) THEN 'Infinity'
                    ELSE custom_values[index + 1] END;
    END IF;
    exponent := index * power(2::float8, -schema);
    -- 2^1024 exceeds float8: the last finite bucket ends at the largest float8.
    RETURN CASE WHEN exponent > 1024 THEN 'Infinity'
                WHEN exponent = 1024 THEN 1.7976931348623157e308
                WHEN exponent < -1074 THEN 0
                ELSE power(2::float8, exponent) END;
END $$;
COMMENT ON FUNCTION histogram_bucket_bound IS 'Upper bound of the positive bucket with this index.';

CREATE OR REPLACE FUNCTION histogram_bucket_indexes(offsets int[], lengths int[]) RETURNS int[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    indexes int[] := '{}';
    bucket  int := 0;
BEGIN
    FOR span IN 1 .. cardinality(offsets) LOOP
        bucket := bucket + offsets[span];
        FOR i IN 1 .. lengths[span] LOOP
            indexes := indexes || bucket;
            bucket := bucket + 1;
        END LOOP;
    END LOOP;
    RETURN indexes;
END $$;
COMMENT ON FUNCTION histogram_bucket_indexes IS 'Indexes of all buckets in the spans.';

CREATE OR REPLACE FUNCTION histogram_all_buckets(h harvester.histogram)
    RETURNS TABLE (lower float8, upper float8, count float8)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
    AS $$
DECLARE
    indexes int[] := harvester.histogram_bucket_indexes(h.negative_offsets, h.negative_lengths);
    zero    float8 := h.zero_threshold;
BEGIN
    FOR i IN REVERSE cardinality(indexes) .. 1 LOOP
        lower := -harvester.histogram_bucket_bound(h.schema, indexes[i], h.custom_values);
        upper := -harvester.histogram_bucket_bound(h.schema, indexes[i] - 1, h.custom_values);
        IF upper < 0 AND upper > -zero THEN -- the zero bucket overlaps this one
            upper := -zero;
        END IF;
        count := h.negative_counts[i];
        RETURN NEXT;
    END LOOP;
    IF h.zero_count > 0 THEN
        lower := -zero;
        upper := zero;
        count := h.zero_count;
        RETURN NEXT;
    END IF;
    indexes := harvester.histogram_bucket_indexes(h.positive_offsets, h.positive_lengths);
    FOR i IN 1 .. cardinality(indexes) LOOP
        lower := harvester.histogram_bucket_bound(h.schema, indexes[i] - 1, h.custom_values);
        upper := harvester.histogram_bucket_bound(h.schema, indexes[i], h.custom_values);
        IF lower > 0 AND lower < zero THEN
            lower := zero;
        END IF;
        count := h.positive_counts[i];
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION histogram_all_buckets IS 'As histogram_buckets, but including the empty buckets of the spans.';

CREATE OR REPLACE FUNCTION histogram_buckets(h harvester.histogram)
    RETURNS TABLE (lower float8, upper float8, count float8)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
    AS 'SELECT b.lower, b.upper, b.count FROM harvester.histogram_all_buckets(h) b WHERE b.count <> 0';
COMMENT ON FUNCTION histogram_buckets IS
    'The non-empty buckets in ascending order. A bucket includes its bound farther from zero and excludes the nearer one; the zero bucket includes both.';

CREATE OR REPLACE FUNCTION histogram_quantile(phi float8, h harvester.histogram) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    -- NaN observations are in the count, but in no bucket: if there are any, count upwards only.
    upwards  boolean := h.sum = 'NaN' OR phi < 0.5;
    rank     float8 := CASE WHEN upwards THEN phi * h.count ELSE (1 - phi) * h.count END;
    lowers   float8[];
    uppers   float8[];
    counts   float8[];
    buckets  int;
    at       int;
    lo       float8;
    up       float8;
    seen     float8 := 0;
    fraction float8;
BEGIN
    IF phi < 0 THEN
        RETURN '-Infinity';
    ELSIF phi > 1 AND phi <> 'NaN' THEN -- in SQL, NaN is greater than every number
        RETURN 'Infinity';
    ELSIF phi = 'NaN' OR h.count = 0 THEN
        RETURN 'NaN';
    END IF;

    SELECT array_agg(b.lower), array_agg(b.upper), array_agg(b.count), count(*)
      INTO lowers, uppers, counts, buckets FROM harvester.histogram_all_buckets(h) b;
    FOR step IN 1 .. buckets LOOP
        at := CASE WHEN upwards THEN step ELSE buckets + 1 - step END;
        seen := seen + counts[at];
        EXIT WHEN counts[at] > 0 AND seen >= rank;
    END LOOP;
    lo := coalesce(lowers[at], 0);
    up := coalesce(uppers[at], 0);

    IF h.schema = -53 THEN
        IF lo = '-Infinity' THEN
            IF up <= 0 THEN
                RETURN up;
            END IF;
            lo := 0;
        ELSIF up = 'Infinity' THEN
            RETURN lo;
        END IF;
    ELSIF lo < 0 AND up > 0 THEN -- the zero bucket; a side without buckets is bounded by 0
        IF cardinality(h.negative_counts) = 0 AND cardinality(h.positive_counts) > 0 THEN
            lo := 0;
        ELSIF cardinality(h.positive_counts) = 0 AND cardinality(h.negative_counts) > 0 THEN
            up := 0;
        END IF;
    END IF;

    seen := least(seen, h.count);
    IF seen < rank THEN -- above all buckets
        RETURN CASE WHEN h.sum = 'NaN' THEN 'NaN' ELSE up END;
    ELSIF coalesce(counts[at], 0) = 0 THEN
        RETURN 'NaN';
    END IF;
    fraction := CASE WHEN upwards THEN rank - (seen - counts[at]) ELSE seen - rank END / counts[at];
    IF h.schema = -53 OR (lo <= 0 AND up >= 0) THEN
        RETURN lo + (up - lo) * fraction;
    ELSIF lo > 0 THEN -- exponential buckets have equal widths on a logarithmic scale
        RETURN exp(ln(lo) + (ln(up) - ln(lo)) * fraction);
    ELSE
        RETURN -exp(ln(-up) + (ln(-lo) - ln(-up)) * (1 - fraction));
    END IF;
END $$;
COMMENT ON FUNCTION histogram_quantile IS
    'The φ-quantile (φ from 0 to 1), interpolated as in PromQL: exponentially in exponential buckets, linearly in the zero bucket and in custom buckets. NaN observations rank above all others.';
