-- Plain PostgreSQL: native range partitions by time, made ahead and dropped by the aggregator.
CREATE TABLE sample (
    time      timestamptz NOT NULL,
    node_id   int NOT NULL,
    series_id bigint NOT NULL,
    value     float8 NOT NULL
) PARTITION BY RANGE (time);

CREATE UNIQUE INDEX sample_series_time ON sample (series_id, time);
