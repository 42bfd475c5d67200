-- Remote-Write 1.0 sends metadata by family. The series of some families have names with a suffix
-- (OpenMetrics 1.0, "Suffixes"): the family x of type histogram has the series x_bucket, x_count, x_sum.

CREATE OR REPLACE FUNCTION metric_family_suffixes(type text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT CASE type WHEN 'counter' THEN '{_total,_created}'::text[]
                 WHEN 'histogram' THEN '{_bucket,_count,_sum,_created}'
                 WHEN 'gaugehistogram' THEN '{_bucket,_gcount,_gsum}'
                 WHEN 'summary' THEN '{_count,_sum,_created}'
                 WHEN 'info' THEN '{_info}'
                 ELSE '{}' END
$$;
COMMENT ON FUNCTION metric_family_suffixes IS 'What the names of a family''s series may add to the name of the family.';

CREATE OR REPLACE FUNCTION metric_family_names(metric text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT ARRAY(SELECT left(metric, -length(suffix))
               FROM unnest('{_total,_created,_bucket,_count,_sum,_gcount,_gsum,_info}'::text[]) suffix
              WHERE right(metric, length(suffix)) = suffix)
$$;
COMMENT ON FUNCTION metric_family_names IS 'The families that a metric of this name may belong to.';
