-- Plain PostgreSQL: range partitions by time, which the aggregator creates ahead and drops.
CREATE TABLE sample (
    time      timestamptz NOT NULL,
    node_id   int NOT NULL,
    series_id bigint NOT NULL,
    value     float8 NOT NULL
) PARTITION BY RANGE (time);

CREATE UNIQUE INDEX sample_series_time ON sample (series_id, time);
