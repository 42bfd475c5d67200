-- Samples whose time is over, packed: one row per series and hour with an array of values. The times are
-- rows of their own, because all samples of a scrape have the same one. So the column time of a view is a
-- plain column of a table, and a condition on it selects partitions and index ranges.

-- A clock is a list of times in one hour of one node. Its id is the hour (since 1970) << 40 | a number.
CREATE TABLE packed_time (
    time     timestamptz NOT NULL,
    clock_id bigint NOT NULL,
    node_id  int NOT NULL,
    ord      int NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX packed_time_node_time ON packed_time (node_id, time);
-- For queries of all nodes. Rows are appended in nearly this order.
CREATE INDEX packed_time_time ON packed_time USING brin (time) WITH (pages_per_range = 16);

COMMENT ON TABLE packed_time IS
    'The times of packed samples. Table packed_sample refers to them by clock_id and ord.';
COMMENT ON COLUMN packed_time.ord IS 'Position in the clock, from 1.';

CREATE SEQUENCE packed_clock MAXVALUE 1099511627775 CYCLE OWNED BY packed_time.clock_id;

CREATE TABLE packed_sample (
    clock_id  bigint NOT NULL,
    series_id bigint NOT NULL,
    node_id   int NOT NULL,
    stale     boolean NOT NULL,
    value     float8[] NOT NULL
) PARTITION BY RANGE (clock_id);
-- Values are compressed where they are stored: as TOAST rows they would take a third more, and a look into
-- another index each. Partitions also have toast_tuple_target = 128, from which size on it compresses.
ALTER TABLE packed_sample ALTER value SET STORAGE MAIN, ALTER value SET COMPRESSION pglz;
CREATE UNIQUE INDEX packed_sample_key ON packed_sample (node_id, series_id, clock_id);
CREATE INDEX packed_sample_stale ON packed_sample (clock_id) WHERE stale;

COMMENT ON TABLE packed_sample IS
    'Samples whose time is over: one row per series and hour. View stored_sample shows them together with those of table sample.';
COMMENT ON COLUMN packed_sample.stale IS 'Whether one of the values is a stale marker.';
COMMENT ON COLUMN packed_sample.value IS
    'The values at the times of the clock, from subscript 1. NULL: the series has no sample at that time. Zeros before subscript 1 are padding, since PostgreSQL does not compress short rows.';

CREATE FUNCTION packed_hour(at timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT floor(extract(epoch FROM least(greatest(at, timestamptz '1970-01-01Z'), timestamptz '9999-12-31Z')
                              - timestamptz '1970-01-01Z') / 3600)::bigint << 40 $$;
COMMENT ON FUNCTION packed_hour IS 'The lowest clock_id of the hour.';

-- Views of metrics unpack by ranges of time: those that a query has no times in cost it next to nothing.
-- The newest range is the shortest. Aggregators move the ranges once a day by replacing the views below, so
-- that the views of metrics remain as they are.
-- The column barrier keeps the planner from merging the subquery into the query, which would unpack a row
-- once per time; conditions are still pushed down into it.
CREATE FUNCTION set_packed_ranges(bounds timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    times  text;
    clocks text;
BEGIN
    FOR i IN 1 .. 5 LOOP
        times := concat_ws(' AND ', CASE WHEN i < 5 THEN format('c.time >= %L', bounds[i]) END,
                                    CASE WHEN i > 1 THEN format('c.time < %L', bounds[i - 1]) END);
        clocks := concat_ws(' AND ',
            CASE WHEN i < 5 THEN format('p.clock_id >= %s', harvester.packed_hour(bounds[i])) END,
            CASE WHEN i > 1 THEN format('p.clock_id < %s', harvester.packed_hour(bounds[i - 1])) END);
        EXECUTE format(
            'CREATE OR REPLACE VIEW harvester.packed_time_%s AS'
            ' SELECT c.time, n.name AS node, c.clock_id, c.ord, clock_timestamp() AS barrier'
            ' FROM harvester.packed_time c JOIN harvester.node n USING (node_id) WHERE %s', i, times);
        EXECUTE format(
            'CREATE OR REPLACE VIEW harvester.packed_sample_%s AS'
            ' SELECT p.clock_id, p.series_id, p.node_id, p.value FROM harvester.packed_sample p WHERE %s',
            i, clocks);
    END LOOP;
END $$;
COMMENT ON FUNCTION set_packed_ranges IS
    'Internal, called by aggregators: sets the time ranges of the views packed_time_… and packed_sample_… to those between four bounds, in descending order.';

DO $$ BEGIN
    PERFORM set_packed_ranges('{1970-01-05Z,1970-01-04Z,1970-01-03Z,1970-01-02Z}');
END $$;

CREATE VIEW stored_sample AS
SELECT time, node_id, series_id, value FROM sample
UNION ALL
SELECT c.time, p.node_id, p.series_id, p.value[c.ord]
  FROM (SELECT time, node_id, clock_id, ord, clock_timestamp() AS barrier FROM packed_time) c
       JOIN (SELECT clock_id, node_id, series_id, array_cat(value, '{}') AS value, clock_timestamp() AS barrier
               FROM packed_sample) p
       ON p.clock_id = c.clock_id AND p.node_id = c.node_id
 WHERE p.value[c.ord] IS NOT NULL;
COMMENT ON VIEW stored_sample IS
    'All samples: rows of table sample, and unpacked ones of packed_sample. Conditions on time and node_id are fast.';

-- The views of metrics that exist are due to be replaced.
UPDATE metric SET view_label_count = -1 WHERE view_name IS NOT NULL;
