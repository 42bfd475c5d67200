-- Community edition of TimescaleDB, 2.29.1 or later: samples are written as compressed batches ("direct
-- compress"), with one segment per node. A unique index, foreign key, trigger or row-level security
-- policy on the table would disable direct compress, so the aggregator alone guarantees exactly-once.
CREATE TABLE sample (
    time      timestamptz NOT NULL,
    node_id   int NOT NULL,
    series_id bigint NOT NULL,
    value     float8 NOT NULL
);

SELECT create_hypertable('sample', by_range('time', interval '${chunk_interval}'),
                         create_default_indexes => false);

ALTER TABLE sample SET (
    timescaledb.enable_columnstore,
    timescaledb.segmentby = 'node_id',
    timescaledb.orderby = 'series_id,time'
);

-- Histograms and exemplars are few: chunks of one day, whatever the chunk interval of samples.
SELECT create_hypertable('native_histogram', by_range('time', interval '1 day'),
                         create_default_indexes => false);
SELECT create_hypertable('exemplar', by_range('time', interval '1 day'),
                         create_default_indexes => false);
