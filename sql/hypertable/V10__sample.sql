-- TimescaleDB without direct compress: a rowstore hypertable. Its unique index rejects duplicates that
-- the aggregator would miss. Releases before 2.13 lack by_range, hence the older create_hypertable.
CREATE TABLE sample (
    time      timestamptz NOT NULL,
    node_id   int NOT NULL,
    series_id bigint NOT NULL,
    value     float8 NOT NULL
);

SELECT create_hypertable('sample', 'time',
                         chunk_time_interval => interval '${chunk_interval}',
                         create_default_indexes => false);

CREATE UNIQUE INDEX sample_series_time ON sample (series_id, time);

-- Histograms and exemplars are few: chunks of one day, whatever the chunk interval of samples.
SELECT create_hypertable('native_histogram', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
SELECT create_hypertable('exemplar', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
