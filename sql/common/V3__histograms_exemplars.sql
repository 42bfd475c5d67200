-- What Prometheus sends besides float samples: native histograms, exemplars, and when a series started
-- to count. Little in number beside samples, so rows and unique indexes on every tier.

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

CREATE UNIQUE INDEX native_histogram_once ON native_histogram (series_id, time);

COMMENT ON TABLE native_histogram IS
    'Native histograms as they were sent, without loss. Read them through histogram_sample or the views of metric_histogram.';
COMMENT ON COLUMN native_histogram.schema IS
    '-4 to 8: the bucket borders are the powers of 2^(2^-schema); -53: they are custom_values.';
COMMENT ON COLUMN native_histogram.reset_hint IS
    '0 unknown, 1 the counter was reset before this, 2 it was not, 3 a gauge, for which there are no resets.';
COMMENT ON COLUMN native_histogram.count_int IS
    'Observations of an integer histogram; a float histogram fills the columns that end in _float instead.';
COMMENT ON COLUMN native_histogram.sum IS
    'Sum of the observations; 0x7FF0000000000002, a NaN, is Prometheus''s stale marker (compare float8send(sum)).';
COMMENT ON COLUMN native_histogram.positive_offsets IS
    'Per span: buckets left out before it; of the first span: the index of its first bucket.';
COMMENT ON COLUMN native_histogram.positive_lengths IS 'Per span: how many consecutive buckets it has.';
COMMENT ON COLUMN native_histogram.positive_counts_int IS 'Per bucket: its own observations, neither a delta nor cumulative.';
COMMENT ON COLUMN native_histogram.custom_values IS 'Upper bucket borders of schema -53, without +Inf.';

CREATE TABLE exemplar (
    time      timestamptz NOT NULL,
    node_id   int NOT NULL,
    series_id bigint NOT NULL,
    value     float8 NOT NULL,
    labels    jsonb NOT NULL,
    identity  uuid NOT NULL
) ${partition_by_time};

CREATE UNIQUE INDEX exemplar_once ON exemplar (series_id, time, identity);
CREATE INDEX exemplar_trace ON exemplar ((labels ->> 'trace_id')) WHERE labels ? 'trace_id';

COMMENT ON TABLE exemplar IS
    'Single observations with a hint where they came from, usually a trace. Read them through the views of metric_exemplar.';
COMMENT ON COLUMN exemplar.identity IS
    'First 128 bits of SHA-256 over the bits of the value and the sorted labels, each length-prefixed.';

CREATE TABLE series_start (
    series_id  bigint NOT NULL,
    node_id    int NOT NULL,
    start_time timestamptz NOT NULL,
    first_time timestamptz NOT NULL,
    PRIMARY KEY (series_id, start_time)
);

COMMENT ON TABLE series_start IS
    'When series started to count from zero, as far as senders say: one row per start, not per sample.';
COMMENT ON COLUMN series_start.first_time IS 'The oldest sample that came with this start.';

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
    'A native histogram to calculate with, all counts as float8 as in PromQL; see the functions histogram_*.';

CREATE VIEW histogram_sample AS
SELECT time, node_id, series_id, start_time,
       ROW (schema, coalesce(count_int::float8, count_float), sum,
            zero_threshold, coalesce(zero_count_int::float8, zero_count_float),
            positive_offsets, positive_lengths, coalesce(positive_counts_int::float8[], positive_counts_float),
            negative_offsets, negative_lengths, coalesce(negative_counts_int::float8[], negative_counts_float),
            custom_values, reset_hint)::histogram AS histogram
  FROM native_histogram;

COMMENT ON VIEW histogram_sample IS 'native_histogram with each histogram as one value.';
