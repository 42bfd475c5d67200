-- What remote_write carries besides float samples: native histograms, exemplars and start timestamps.
-- There are few of them, so they are stored as rows with unique indexes on every tier.

CREATE TABLE native_histogram (
    time                  timestamptz NOT NULL,
    node_id               int NOT NULL,
    series_id             bigint NOT NULL,
    schema                smallint NOT NULL,
    count_int             bigint,
    count_float           float8,
    sum                   float8 NOT NULL,
    zero_threshold        float8 NOT NULL,
    zero_count_int        bigint,
    zero_count_float      float8,
    positive_offsets      int[] NOT NULL,
    positive_lengths      int[] NOT NULL,
    positive_counts_int   bigint[],
    positive_counts_float float8[],
    negative_offsets      int[] NOT NULL,
    negative_lengths      int[] NOT NULL,
    negative_counts_int   bigint[],
    negative_counts_float float8[],
    custom_values         float8[] NOT NULL,
    reset_hint            smallint NOT NULL,
    start_time            timestamptz,
    CONSTRAINT integer_or_float CHECK ((count_int IS NULL) <> (count_float IS NULL))
) ${partition_by_time};

CREATE UNIQUE INDEX native_histogram_series_time ON native_histogram (series_id, time);

COMMENT ON TABLE native_histogram IS
    'Native histograms as received. Query them through the view histogram_sample or the views in schema metric_histogram.';
COMMENT ON COLUMN native_histogram.schema IS
    '-4 to 8: the bucket boundaries are the powers of 2^(2^-schema); -53: custom_values are the boundaries.';
COMMENT ON COLUMN native_histogram.count_int IS
    'Number of observations of an integer histogram. A float histogram has it, and all other counts, in the columns …_float.';
COMMENT ON COLUMN native_histogram.sum IS
    'Sum of the observations. The NaN 0x7FF0000000000002 is Prometheus''s stale marker (compare float8send(sum)).';
COMMENT ON COLUMN native_histogram.positive_offsets IS
    'Per span of consecutive buckets: the index of the first bucket for the first span, else the gap to the previous span.';
COMMENT ON COLUMN native_histogram.positive_lengths IS 'Per span: number of buckets.';
COMMENT ON COLUMN native_histogram.positive_counts_int IS
    'Per bucket: number of observations; neither delta-encoded nor cumulative.';
COMMENT ON COLUMN native_histogram.custom_values IS 'Upper bounds of the buckets of schema -53, without +Inf.';
COMMENT ON COLUMN native_histogram.reset_hint IS
    '0: unknown, 1: counter reset before this histogram, 2: no counter reset, 3: gauge histogram.';

CREATE TABLE exemplar (
    time        timestamptz NOT NULL,
    node_id     int NOT NULL,
    series_id   bigint NOT NULL,
    value       float8 NOT NULL,
    labels      jsonb NOT NULL,
    fingerprint uuid NOT NULL
) ${partition_by_time};

CREATE UNIQUE INDEX exemplar_series_time_fingerprint ON exemplar (series_id, time, fingerprint);
-- A B-tree refuses values beyond 2,704 bytes, and senders choose the length of a trace_id.
CREATE INDEX exemplar_trace_id ON exemplar USING hash ((labels ->> 'trace_id')) WHERE labels ? 'trace_id';

COMMENT ON TABLE exemplar IS
    'Exemplars: single observations with labels that name their origin, usually a trace. Query them through the views in schema metric_exemplar.';
COMMENT ON COLUMN exemplar.fingerprint IS
    'The first 128 bits of SHA-256 over the bits of the value and the sorted labels. Each text is length-prefixed.';

CREATE TABLE series_start (
    series_id         bigint NOT NULL,
    node_id           int NOT NULL,
    start_time        timestamptz NOT NULL,
    first_sample_time timestamptz NOT NULL,
    PRIMARY KEY (series_id, start_time)
);

COMMENT ON TABLE series_start IS
    'When counters and histograms started to count from zero, as reported by senders: one row per start.';
COMMENT ON COLUMN series_start.first_sample_time IS 'Timestamp of the oldest sample received with this start.';

CREATE TYPE histogram AS (
    schema           smallint,
    count            float8,
    sum              float8,
    zero_threshold   float8,
    zero_count       float8,
    positive_offsets int[],
    positive_lengths int[],
    positive_counts  float8[],
    negative_offsets int[],
    negative_lengths int[],
    negative_counts  float8[],
    custom_values    float8[],
    reset_hint       smallint
);

COMMENT ON TYPE histogram IS
    'Native histogram as one value, for the functions histogram_…. All counts are float8, as in PromQL.';

CREATE VIEW histogram_sample AS
SELECT time, node_id, series_id, start_time,
       ROW (schema, coalesce(count_int::float8, count_float), sum,
            zero_threshold, coalesce(zero_count_int::float8, zero_count_float),
            positive_offsets, positive_lengths, coalesce(positive_counts_int::float8[], positive_counts_float),
            negative_offsets, negative_lengths, coalesce(negative_counts_int::float8[], negative_counts_float),
            custom_values, reset_hint)::histogram AS histogram
  FROM native_histogram;

COMMENT ON VIEW histogram_sample IS 'Table native_histogram with each histogram as one value.';
