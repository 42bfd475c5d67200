-- Rollups of 5 minutes and 1 hour, which aggregators write while they merge or pack the samples of an hour.
-- A row has many series of one node as arrays; a column that would repeat another one is NULL. Views
-- rolled_5m and rolled_1h show them series by series.

CREATE TABLE rollup_1h (
    time          timestamptz NOT NULL,
    node_id       int NOT NULL,
    part          int NOT NULL,
    samples       int,
    first_ms      int,
    last_ms       int,
    first_series  bigint NOT NULL,
    last_series   bigint NOT NULL,
    series_ids    bigint[] NOT NULL,
    samples_each  int[],
    first_ms_each int[],
    last_ms_each  int[],
    first         float8[] NOT NULL,
    last          float8[],
    lowest        float8[],
    highest       float8[],
    total         float8[],
    dropped       float8[]
) PARTITION BY RANGE (time);
CREATE UNIQUE INDEX rollup_1h_key ON rollup_1h (node_id, time, part);
CREATE INDEX rollup_1h_time ON rollup_1h USING brin (time) WITH (pages_per_range = 16);

CREATE TABLE rollup_5m (
    time          timestamptz NOT NULL,
    hour          timestamptz NOT NULL,
    node_id       int NOT NULL,
    part          int NOT NULL,
    samples       int,
    first_ms      int,
    last_ms       int,
    first_series  bigint NOT NULL,
    last_series   bigint NOT NULL,
    samples_each  int[],
    first_ms_each int[],
    last_ms_each  int[],
    first         float8[],
    last          float8[],
    lowest        float8[],
    highest       float8[],
    total         float8[],
    dropped       float8[]
) PARTITION BY RANGE (time);
CREATE UNIQUE INDEX rollup_5m_key ON rollup_5m (node_id, time, part);
CREATE INDEX rollup_5m_time ON rollup_5m USING brin (time) WITH (pages_per_range = 16);

-- Values of different series do not compress. Ids and constants do, where they are stored: as TOAST rows they
-- would take more.
DO $$
DECLARE
    a record;
BEGIN
    FOR a IN SELECT attrelid::regclass AS rel, attname FROM pg_attribute
              WHERE attrelid IN ('rollup_1h'::regclass, 'rollup_5m'::regclass)
                AND attnum > 0 AND attstorage = 'x' LOOP
        IF a.rel = 'rollup_1h'::regclass THEN
            EXECUTE format('ALTER TABLE rollup_1h ALTER %I SET STORAGE MAIN, ALTER %1$I SET COMPRESSION pglz', a.attname);
        ELSE
            EXECUTE format('ALTER TABLE rollup_5m ALTER %I SET STORAGE PLAIN', a.attname);
        END IF;
    END LOOP;
END $$;

COMMENT ON TABLE rollup_1h IS
    'What the samples of each hour amount to. A row is a part: series of one node with arrays of one element per series. Views rolled_1h and metric_1h.… show them series by series.';
COMMENT ON COLUMN rollup_1h.time IS
    'End of the hour. The sample at the very end belongs to it, the one at the very start to the hour before, as in windows of PromQL.';
COMMENT ON COLUMN rollup_1h.part IS 'Number of the part among those of the node and hour.';
COMMENT ON COLUMN rollup_1h.samples IS 'Number of samples of each series; NULL: see samples_each.';
COMMENT ON COLUMN rollup_1h.first_ms IS 'Time of the first sample, in ms since the start of the hour; NULL: see first_ms_each.';
COMMENT ON COLUMN rollup_1h.last_ms IS 'Time of the last sample, in ms since the start of the hour; NULL: see last_ms_each.';
COMMENT ON COLUMN rollup_1h.first_series IS 'The lowest of series_ids.';
COMMENT ON COLUMN rollup_1h.last_series IS 'The highest of series_ids.';
COMMENT ON COLUMN rollup_1h.first IS 'The first values.';
COMMENT ON COLUMN rollup_1h.last IS 'The last values; NULL: all values are the first one.';
COMMENT ON COLUMN rollup_1h.lowest IS 'The lowest values; NULL: the first ones are.';
COMMENT ON COLUMN rollup_1h.highest IS 'The highest values; NULL: the last ones are.';
COMMENT ON COLUMN rollup_1h.total IS 'The sums of the values; NULL: all values are the first one.';
COMMENT ON COLUMN rollup_1h.dropped IS
    'Sums of the values before each reset, so that a counter has increased by last - first + dropped; NULL: no value is lower than the one before.';
COMMENT ON TABLE rollup_5m IS
    'What the samples of each five minutes amount to: the parts of rollup_1h, which has the ids of the series, by bucket.';
COMMENT ON COLUMN rollup_5m.time IS 'End of the five minutes.';
COMMENT ON COLUMN rollup_5m.hour IS 'End of the hour: time of the row of rollup_1h with the same node_id and part.';
COMMENT ON COLUMN rollup_5m.first_ms IS 'As in rollup_1h, in ms since the start of the hour.';
COMMENT ON COLUMN rollup_5m.first IS 'The first values; NULL: those of rollup_1h.';

-- The counter was lower by what each reset dropped. The change between the first and the last sample is
-- extrapolated to the whole bucket as in PromQL (function extrapolated_change).
CREATE FUNCTION rolled_increase(
    samples int, first_ms int, last_ms int, span_ms int, first float8, last float8, dropped float8) RETURNS float8
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
DECLARE
    change   float8;
    sampled  float8 := last_ms - first_ms;
    gap      float8;
    to_start float8 := first_ms;
    to_end   float8 := span_ms - last_ms;
BEGIN
    IF samples < 2 THEN
        RETURN NULL;
    END IF;
    change := CASE WHEN abs(first) < 1e300 AND abs(last) < 1e300 AND abs(dropped) < 1e300 THEN last - first + dropped
                   ELSE harvester.ieee_difference(harvester.ieee_difference(last, first), -dropped) END;
    IF change = 0 THEN
        RETURN 0;
    END IF;
    gap := sampled / (samples - 1);
    to_end := CASE WHEN to_end >= gap * 1.1 THEN gap / 2 ELSE to_end END;
    to_start := CASE WHEN to_start >= gap * 1.1 THEN gap / 2 ELSE to_start END;
    IF change > 0 AND first >= 0 AND change <> 'NaN' THEN
        to_start := least(to_start, CASE WHEN change > 1e-280 AND first < change * 1e-20 THEN 0
                                         ELSE sampled * (first / change) END);
    END IF;
    gap := (sampled + to_start + to_end) / sampled;
    RETURN CASE WHEN abs(change) BETWEEN 1e-300 AND 1e300 THEN change * gap ELSE harvester.ieee_product(change, gap) END;
END $$;
COMMENT ON FUNCTION rolled_increase IS
    'Internal: increase of a counter in a bucket, as increase() of PromQL; NULL with fewer than two samples.';

CREATE VIEW rolled_1h AS
SELECT h.time, h.node_id, s.series_id, c.samples,
       h.time - interval '1 hour' + interval '1 ms' * c.first_ms AS first_time,
       h.time - interval '1 hour' + interval '1 ms' * c.last_ms AS last_time,
       s.first, c.last, coalesce(s.lowest, s.first) AS lowest, coalesce(s.highest, c.last) AS highest,
       coalesce(s.total, s.first * c.samples) AS total, coalesce(s.dropped, 0) AS dropped,
       harvester.rolled_increase(c.samples, c.first_ms - c.start_ms, c.last_ms - c.start_ms, 3600000, s.first, c.last,
                                 coalesce(s.dropped, 0)) AS increase,
       h.first_series, h.last_series
  FROM rollup_1h h,
       unnest(h.series_ids, h.samples_each, h.first_ms_each, h.last_ms_each, h.first, h.last,
              h.lowest, h.highest, h.total, h.dropped)
           AS s (series_id, samples, first_ms, last_ms, first, last, lowest, highest, total, dropped),
       LATERAL (SELECT coalesce(h.samples, s.samples) AS samples, coalesce(h.first_ms, s.first_ms) AS first_ms,
                       coalesce(h.last_ms, s.last_ms) AS last_ms, coalesce(s.last, s.first) AS last,
                       0 AS start_ms) c;
COMMENT ON VIEW rolled_1h IS
    'Rollups of 1 hour by series. Conditions on time, node_id, first_series and last_series are fast. Views of schema metric_1h show them with labels.';

CREATE VIEW rolled_5m AS
SELECT f.time, f.node_id, s.series_id, c.samples,
       f.hour - interval '1 hour' + interval '1 ms' * c.first_ms AS first_time,
       f.hour - interval '1 hour' + interval '1 ms' * c.last_ms AS last_time,
       s.first, c.last, coalesce(s.lowest, s.first) AS lowest, coalesce(s.highest, c.last) AS highest,
       coalesce(s.total, s.first * c.samples) AS total, coalesce(s.dropped, 0) AS dropped,
       harvester.rolled_increase(c.samples, c.first_ms - c.start_ms, c.last_ms - c.start_ms, 300000, s.first, c.last,
                                 coalesce(s.dropped, 0)) AS increase,
       f.first_series, f.last_series
  FROM rollup_5m f
       JOIN rollup_1h h ON h.node_id = f.node_id AND h.time = f.hour AND h.part = f.part,
       unnest(h.series_ids, f.samples_each, f.first_ms_each, f.last_ms_each, coalesce(f.first, h.first), f.last,
              f.lowest, f.highest, f.total, f.dropped)
           AS s (series_id, samples, first_ms, last_ms, first, last, lowest, highest, total, dropped),
       LATERAL (SELECT coalesce(f.samples, s.samples) AS samples, coalesce(f.first_ms, s.first_ms) AS first_ms,
                       coalesce(f.last_ms, s.last_ms) AS last_ms, coalesce(s.last, s.first) AS last,
                       3300000 - date_part('epoch', f.hour - f.time)::int * 1000 AS start_ms) c;
COMMENT ON VIEW rolled_5m IS
    'Rollups of 5 minutes by series. Conditions on time, node_id, first_series and last_series are fast. Views of schema metric_5m show them with labels.';

ALTER TABLE metric
    ADD COLUMN rollup_5m_view_label_count int NOT NULL DEFAULT -1,
    ADD COLUMN rollup_1h_view_label_count int NOT NULL DEFAULT -1;
COMMENT ON COLUMN metric.rollup_5m_view_label_count IS
    'As view_label_count, for the view in schema metric_5m; -1: the view is due to be created.';
COMMENT ON COLUMN metric.rollup_1h_view_label_count IS
    'As view_label_count, for the view in schema metric_1h; -1: the view is due to be created.';

COMMENT ON SCHEMA metric_5m IS
    'One view per metric with a row for each series and five minutes: time (their end), node, avg, min, max, increase, count, and one column per label.';
COMMENT ON SCHEMA metric_1h IS
    'One view per metric with a row for each series and hour: time (its end), node, avg, min, max, increase, count, and one column per label.';

-- Samples that were stored before this migration have no rollups.
CREATE TABLE rollup_progress (
    made_from      timestamptz NOT NULL,
    complete_until timestamptz NOT NULL DEFAULT '-infinity',
    keep_samples   interval NOT NULL DEFAULT '0',
    keep_5m        interval NOT NULL DEFAULT '0',
    keep_1h        interval NOT NULL DEFAULT '0'
);
CREATE UNIQUE INDEX rollup_progress_one_row ON rollup_progress ((true));
INSERT INTO rollup_progress (made_from)
SELECT CASE WHEN EXISTS (SELECT FROM sample) THEN now() + interval '1 day' ELSE '-infinity' END;

COMMENT ON TABLE rollup_progress IS
    'Where functions of schema prom may use rollups. Aggregators update its only row each minute.';
COMMENT ON COLUMN rollup_progress.made_from IS 'Samples before that have no rollups.';
COMMENT ON COLUMN rollup_progress.complete_until IS
    'All samples before that are rolled up. Late samples move it back until they are rolled up, too.';
COMMENT ON COLUMN rollup_progress.keep_samples IS 'HARVESTER_RETENTION; 0: forever.';
COMMENT ON COLUMN rollup_progress.keep_5m IS 'HARVESTER_ROLLUP_5M_RETENTION; 0: there are none.';
COMMENT ON COLUMN rollup_progress.keep_1h IS 'HARVESTER_ROLLUP_1H_RETENTION; 0: there are none.';

COMMENT ON COLUMN chunk_maintenance.step IS
    'delete_expired (every tier), pack (row tiers), merge, compress, compact, check_duplicates, remove_duplicates, not_rolled_up, vacuum (columnar tier).';
