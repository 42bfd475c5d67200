-- TimescaleDB from 2.29.1, community edition: samples go straight into compressed batches ("direct
-- compress"), one segment per node. A unique index, a foreign key, a trigger or row-level security
-- would each switch direct compress off: "exactly once" is kept by the writers alone.
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

-- Histograms and exemplars are few: chunks of a day, whatever the samples have.
SELECT create_hypertable('native_histogram', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
SELECT create_hypertable('exemplar', 'time', chunk_time_interval => interval '1 day',
                         create_default_indexes => false);
