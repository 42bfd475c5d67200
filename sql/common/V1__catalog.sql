-- The catalog: nodes, metrics and series. Each tier's folder defines the table sample.

CREATE TABLE node (
    node_id            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name               text NOT NULL UNIQUE,
    first_seen         timestamptz NOT NULL DEFAULT now(),
    last_write_at      timestamptz,
    newest_sample_time timestamptz,
    writer             uuid,
    samples_total      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);  -- every write transaction updates its nodes: leave room for HOT updates

COMMENT ON TABLE node IS 'One row per node: a value of the node label.';
COMMENT ON COLUMN node.newest_sample_time IS
    'Upper bound of the timestamps of the node''s stored samples. A sample after it cannot be a duplicate.';
COMMENT ON COLUMN node.writer IS
    'Writer session that last wrote the node: one writer thread of one aggregator, until its connections close. Any other session must discard its cached state of the node.';
COMMENT ON COLUMN node.samples_total IS 'Samples stored since the node was created, deleted ones included.';

CREATE TABLE metric (
    metric_id                  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                       text NOT NULL UNIQUE,
    type                       text,
    help                       text,
    unit                       text,
    family                     text,
    label_names                text[] NOT NULL DEFAULT '{}',
    view_name                  text,
    view_label_count           int NOT NULL DEFAULT 0,
    histogram_view_label_count int,
    exemplar_view_label_count  int
);

COMMENT ON TABLE metric IS 'One row per metric name, with the most recent metadata received. A family that has metadata but no series of its own name has a row, too.';
COMMENT ON COLUMN metric.family IS
    'The family whose type, help and unit this metric has, such as x of x_bucket; NULL: they were sent for this very name.';
COMMENT ON COLUMN metric.label_names IS 'All label names of the metric, in order of first appearance: the label columns of its views.';
COMMENT ON COLUMN metric.view_name IS 'Name of the metric''s view in each schema metric…; NULL: no view yet.';
COMMENT ON COLUMN metric.view_label_count IS
    'How many of label_names the view in schema metric has as columns. If fewer than all, the view is due to be extended.';
COMMENT ON COLUMN metric.histogram_view_label_count IS
    'As view_label_count, for the view in schema metric_histogram; -1: the view is due to be created; NULL: the metric has no histograms.';
COMMENT ON COLUMN metric.exemplar_view_label_count IS
    'As view_label_count, for the view in schema metric_exemplar; -1: the view is due to be created; NULL: the metric has no exemplars.';

-- A series_id is metric_id << 40 | a number of this sequence. The view of a metric carries its range of ids as
-- constants, which TimescaleDB compares with the metadata of compressed batches (class SeriesId).
CREATE SEQUENCE series_sequence MAXVALUE 1099511627775;

CREATE TABLE series (
    series_id   bigint PRIMARY KEY,
    metric_id   int NOT NULL,
    node_id     int NOT NULL,
    labels      jsonb NOT NULL,
    fingerprint uuid NOT NULL UNIQUE,
    first_seen  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX series_metric_node ON series (metric_id, node_id);
-- For what is new since the last look (class CatalogFeed): rows are appended in nearly this order.
CREATE INDEX series_first_seen ON series USING brin (first_seen) WITH (pages_per_range = 32);

-- The entries of one node are adjacent in the index on fingerprint, so that registering the new
-- series of a scrape touches a few index pages rather than one page per series.
ALTER SEQUENCE series_sequence OWNED BY series.series_id;

COMMENT ON TABLE series IS 'One row per label set.';
COMMENT ON COLUMN series.series_id IS
    'The number of the metric in bits 40 to 62, above a number that grows with each new series. All series of a metric are one range.';
COMMENT ON COLUMN series.labels IS 'All labels except __name__ and the node label.';
COMMENT ON COLUMN series.fingerprint IS
    'The first 32 bits of SHA-256 over the node, then bits 33 to 128 of SHA-256 over node, metric and sorted labels. Each text is length-prefixed.';

-- Series have no foreign keys: a foreign key is checked row by row and locks the node and the metric
-- once per series, which was nearly half the cost of registering a scrape of new series. Instead,
-- the INSERT of series (class SeriesQueries) checks all nodes and metrics in one query, and these
-- triggers reject the deletion of a node or metric that has series. The INSERT locks the rows of its
-- nodes, so it and the deletion of a node wait for each other. It does not lock the rows of metrics,
-- which only an operator deletes: the deletion of a metric waits for all INSERTs instead.
CREATE FUNCTION prevent_orphaned_series() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    orphans bigint;
BEGIN
    IF TG_TABLE_NAME = 'metric' THEN
        LOCK TABLE harvester.series IN SHARE ROW EXCLUSIVE MODE;
        SELECT count(*) INTO orphans FROM harvester.series s JOIN deleted d USING (metric_id);
    ELSE
        -- By way of metric, because the only index with node_id is series_metric_node.
        SELECT count(*) INTO orphans
          FROM deleted d CROSS JOIN harvester.metric m JOIN harvester.series s USING (metric_id, node_id);
    END IF;
    IF orphans > 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s series still refer to the rows to be deleted from harvester.%s', orphans, TG_TABLE_NAME),
            HINT = 'Delete the series first. For a node, the command "node remove" does so.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER prevent_orphaned_series AFTER DELETE ON node REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_orphaned_series();
CREATE TRIGGER prevent_orphaned_series AFTER DELETE ON metric REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_orphaned_series();

CREATE TABLE sample_conflict (
    series_id      bigint NOT NULL,
    node_id        int NOT NULL,
    time           timestamptz NOT NULL,
    stored_value   float8 NOT NULL,
    rejected_value float8 NOT NULL,
    conflicts      bigint NOT NULL DEFAULT 1,
    first_at       timestamptz NOT NULL DEFAULT now(),
    last_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (series_id)
);

COMMENT ON TABLE sample_conflict IS
    'Series that received a second, different value for a stored timestamp. The first value is kept. One row per series, with its latest conflict; for native histograms the values are the sums.';
COMMENT ON COLUMN sample_conflict.time IS 'Timestamp of the latest conflict.';
COMMENT ON COLUMN sample_conflict.conflicts IS 'Number of conflicts of the series so far.';

CREATE TABLE rejected_sample (
    node            text NOT NULL,
    metric          text NOT NULL,
    reason          text NOT NULL,
    rejections      bigint NOT NULL,
    example         text,
    example_time_ms bigint,
    first_at        timestamptz NOT NULL DEFAULT now(),
    last_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node, metric, reason)
);

COMMENT ON TABLE rejected_sample IS
    'What was rejected and why, by node, metric and reason. Only the most recent rows are kept.';
COMMENT ON COLUMN rejected_sample.rejections IS
    'Number of rejected samples, histograms and exemplars. If the reason ends in "(requests)": number of requests that the sender was asked to retry.';
COMMENT ON COLUMN rejected_sample.example IS 'The latest case in words.';
COMMENT ON COLUMN rejected_sample.example_time_ms IS
    'Timestamp of the example as sent, in milliseconds since the epoch. It may be beyond the range of timestamptz.';

CREATE TABLE installation (
    installation_id uuid NOT NULL DEFAULT md5(random()::text || clock_timestamp()::text)::uuid,
    created_at      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

COMMENT ON TABLE installation IS
    'Identifies this database in its only row. An aggregator that finds another id discards all cached ids of nodes, metrics and series.';

-- Migrations creates the schemas, so that one that a restore has left out comes back.
COMMENT ON SCHEMA metric IS 'One view per metric: time, node, value, and one column per label.';

COMMENT ON SCHEMA metric_histogram IS
    'One view per metric that has native histograms: time, node, count, sum, histogram, start_time, and one column per label. Example: SELECT histogram_quantile(0.99, histogram).';

COMMENT ON SCHEMA metric_exemplar IS
    'One view per metric that has exemplars: time, node, value, trace_id, exemplar (all labels of the exemplar), and one column per label of the series.';

-- Prometheus ends a series by a NaN with these bits (model/value/value.go). In SQL it equals every other NaN.
CREATE FUNCTION is_stale(value float8) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT float8send(value) = '\x7ff0000000000002' $$;
COMMENT ON FUNCTION is_stale IS
    'Whether a value is Prometheus''s stale marker: the series ends here, and has no sample. Views of metrics leave stale markers out; view stale_marker and metric.samples(…, stale => true) have them.';
