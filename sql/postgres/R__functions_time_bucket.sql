-- TimescaleDB's function of this name, for servers without it: the same results for the same arguments.
-- Buckets of months start with January 2000, all others with Monday, 3 January 2000, in UTC.
CREATE OR REPLACE FUNCTION prom.time_bucket(bucket_width interval, ts timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
SELECT CASE WHEN extract(years FROM bucket_width) = 0 AND extract(months FROM bucket_width) = 0
            THEN date_bin(bucket_width, ts, '2000-01-03 00:00:00+00')
            ELSE (timestamp '2000-01-01' + make_interval(months =>
                     (extract(years FROM bucket_width) * 12 + extract(months FROM bucket_width))::int
                     * floor(((extract(year FROM ts AT TIME ZONE 'UTC') - 2000) * 12 + extract(month FROM ts AT TIME ZONE 'UTC') - 1)
                             / (extract(years FROM bucket_width) * 12 + extract(months FROM bucket_width)))::int)) AT TIME ZONE 'UTC' END
$$;
COMMENT ON FUNCTION prom.time_bucket(interval, timestamptz) IS
    'Start of the bucket that a time is in, as time_bucket of TimescaleDB.';
