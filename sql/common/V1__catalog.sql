-- The catalog: whose samples they are (node), what they measure (metric), and which label sets exist
-- (series). The sample table itself differs per storage tier: see the folder named after the tier.

CREATE TABLE node (
    node_id       int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    first_seen    timestamptz NOT NULL DEFAULT now(),
    last_write_at timestamptz,
    newest_sample timestamptz,
    writer        uuid,
    samples_total bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);  -- updated by every write transaction: room for HOT updates

COMMENT ON TABLE node IS 'One row per harvester: the value of the node label.';
COMMENT ON COLUMN node.newest_sample IS
    'No stored sample of this node is newer: what a writer that took the node over may rely on.';
COMMENT ON COLUMN node.writer IS
    'The writer (one thread of an aggregator, for as long as its connections last) that wrote last; another one''s memory of this node is void.';

CREATE TABLE metric (
    metric_id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    type        text,
    help        text,
    unit        text,
    label_names text[] NOT NULL DEFAULT '{}',
    view_name   text,
    view_labels int NOT NULL DEFAULT 0,
    histogram_labels int,
    exemplar_labels  int
);

COMMENT ON TABLE metric IS 'One row per metric name, with the newest metadata that a sender gave.';
COMMENT ON COLUMN metric.label_names IS 'Every label name seen, in order of appearance: the columns of the view.';
COMMENT ON COLUMN metric.view_labels IS 'How many of label_names the view shows; fewer than all: the view waits to be extended.';
COMMENT ON COLUMN metric.histogram_labels IS
    'How many of label_names the view in metric_histogram shows; -1: the view has yet to be made; null: no histograms.';
COMMENT ON COLUMN metric.exemplar_labels IS
    'How many of label_names the view in metric_exemplar shows; -1: the view has yet to be made; null: no exemplars.';

CREATE TABLE series (
    series_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    metric_id   int NOT NULL,
    node_id     int NOT NULL,
    labels      jsonb NOT NULL,
    fingerprint uuid NOT NULL UNIQUE,
    first_seen  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX series_metric_node ON series (metric_id, node_id);

COMMENT ON TABLE series IS 'One row per label set; labels without __name__ and without the node label.';
COMMENT ON COLUMN series.fingerprint IS
    'First 32 bits of SHA-256 over the node, then bits 33 to 128 of SHA-256 over node, metric and sorted labels, each length-prefixed.';

-- A foreign key is checked row by row, and locks node and metric for every series anew: nearly half
-- of what registering a scrape of new series took. The statement that inserts series (SeriesQueries)
-- now looks for all nodes and metrics at once; these triggers are the other half, for whoever
-- deletes one. Of a node, the insert holds the row: it waits for a deletion, or is waited for. Of
-- metrics, which nothing but a person deletes, it holds none: the deletion waits for all inserts.

CREATE FUNCTION keep_parents_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    orphans bigint;
BEGIN
    IF TG_TABLE_NAME = 'metric' THEN
        LOCK TABLE harvester.series IN SHARE ROW EXCLUSIVE MODE;
        SELECT count(*) INTO orphans FROM harvester.series s JOIN gone g USING (metric_id);
    ELSE
        SELECT count(*) INTO orphans
          FROM gone g CROSS JOIN harvester.metric m JOIN harvester.series s USING (metric_id, node_id);
    END IF;
    IF orphans > 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s series still belong to what is deleted from harvester.%s', orphans, TG_TABLE_NAME),
            HINT = 'Delete the series first; the command "node remove" does that for a node.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_parents_of_series AFTER DELETE ON node REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_parents_of_series();
CREATE TRIGGER keep_parents_of_series AFTER DELETE ON metric REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_parents_of_series();

CREATE TABLE sample_conflict (
    series_id     bigint NOT NULL,
    node_id       int NOT NULL,
    time          timestamptz NOT NULL,
    stored_value  float8 NOT NULL,
    refused_value float8 NOT NULL,
    conflicts     bigint NOT NULL DEFAULT 1,
    first_at      timestamptz NOT NULL DEFAULT now(),
    last_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (series_id)
);

COMMENT ON TABLE sample_conflict IS
    'Series that were sent another value for a timestamp already stored: the first value stayed. The newest case per series; of a native histogram the values are the sums.';

CREATE TABLE rejected_sample (
    node         text NOT NULL,
    metric       text NOT NULL,
    reason       text NOT NULL,
    samples      bigint NOT NULL,
    example      text,
    example_time bigint,
    first_at     timestamptz NOT NULL DEFAULT now(),
    last_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node, metric, reason)
);

COMMENT ON TABLE rejected_sample IS 'What was refused and why, counted per node, metric and reason; bounded in rows.';
COMMENT ON COLUMN rejected_sample.samples IS
    'Samples refused; where the reason says "requests", requests that were asked to come again later.';
COMMENT ON COLUMN rejected_sample.example_time IS 'Timestamp as sent (ms since the epoch) of the newest example; it need not fit a timestamptz.';

CREATE TABLE installation (
    installation_id uuid NOT NULL DEFAULT md5(random()::text || clock_timestamp()::text)::uuid,
    created_at      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

COMMENT ON TABLE installation IS 'One row: which database this is. A connection that meets another one drops every cached id.';

CREATE SCHEMA IF NOT EXISTS metric;
COMMENT ON SCHEMA metric IS 'One view per metric name: time, node, value, and a column per label.';

CREATE SCHEMA IF NOT EXISTS metric_histogram;
COMMENT ON SCHEMA metric_histogram IS
    'One view per metric that has native histograms: time, node, count, sum, histogram, start_time, and a column per label. Ask histogram_quantile(0.99, histogram).';

CREATE SCHEMA IF NOT EXISTS metric_exemplar;
COMMENT ON SCHEMA metric_exemplar IS
    'One view per metric that has exemplars: time, node, value, trace_id, exemplar (all of its labels), and a column per label of the series.';
