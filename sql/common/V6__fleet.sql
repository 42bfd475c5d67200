-- What aggregators know of each node, for the views of schema fleet.

-- Each write transaction updates the row of its nodes in any case (record_node_writes, claim_nodes).
ALTER TABLE node
    ADD COLUMN up_since timestamptz,
    ADD COLUMN clock_ahead float8,
    ADD COLUMN clock_ahead_before float8,
    ADD COLUMN clock_ahead_since timestamptz;

COMMENT ON COLUMN node.node_id IS 'Number of the node in all tables.';
COMMENT ON COLUMN node.name IS 'Value of the node label.';
COMMENT ON COLUMN node.first_seen IS 'When the node was added, or wrote for the first time.';
COMMENT ON COLUMN node.last_write_at IS 'When samples of the node were committed last; NULL: never.';
COMMENT ON COLUMN node.up_since IS 'Since when the node writes without a pause of five minutes.';
COMMENT ON COLUMN node.clock_ahead IS
    'Seconds by which the newest sample of a write was ahead of the database''s clock: the largest since clock_ahead_since. Negative: it was behind.';
COMMENT ON COLUMN node.clock_ahead_before IS 'As clock_ahead, of the minute before clock_ahead_since.';
COMMENT ON COLUMN node.clock_ahead_since IS 'A write that is a minute later starts anew.';

CREATE TABLE node_status (
    node_id            int PRIMARY KEY REFERENCES node ON DELETE CASCADE,
    active_series      int NOT NULL,
    new_series         int NOT NULL,
    counted_at         timestamptz NOT NULL DEFAULT now(),
    body_bytes_total   bigint NOT NULL DEFAULT 0,
    checkpoint_at      timestamptz NOT NULL DEFAULT now(),
    checkpoint_samples bigint NOT NULL,
    checkpoint_bytes   bigint NOT NULL DEFAULT 0,
    earlier_at         timestamptz,
    earlier_samples    bigint,
    earlier_bytes      bigint
) WITH (fillfactor = 50);

COMMENT ON TABLE node_status IS
    'What the memory of aggregators tells of each node, written every ten seconds. Views of schema fleet show it.';
COMMENT ON COLUMN node_status.active_series IS
    'Number of series with a sample within the last hour: the largest number that an aggregator counted within a minute.';
COMMENT ON COLUMN node_status.new_series IS
    'Series that are new to the catalog, against the quota per hour: grows with each, and shrinks by the quota in an hour.';
COMMENT ON COLUMN node_status.counted_at IS 'When active_series and new_series were counted.';
COMMENT ON COLUMN node_status.body_bytes_total IS
    'Compressed bytes of the requests with the credential of the node.';
COMMENT ON COLUMN node_status.checkpoint_at IS
    'When checkpoint_samples and checkpoint_bytes were taken; a minute later they become the earlier ones.';
COMMENT ON COLUMN node_status.checkpoint_samples IS 'node.samples_total at checkpoint_at.';
COMMENT ON COLUMN node_status.checkpoint_bytes IS 'body_bytes_total at checkpoint_at.';
COMMENT ON COLUMN node_status.earlier_at IS 'Rates are averages since then: one to two minutes.';
COMMENT ON COLUMN node_status.earlier_samples IS 'node.samples_total at earlier_at.';
COMMENT ON COLUMN node_status.earlier_bytes IS 'body_bytes_total at earlier_at.';

CREATE TABLE node_info (
    node_id     int NOT NULL REFERENCES node ON DELETE CASCADE,
    metric      text NOT NULL,
    series_id   bigint NOT NULL,
    labels      jsonb NOT NULL,
    sample_time timestamptz NOT NULL,
    ended       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (node_id, metric)
);

COMMENT ON TABLE node_info IS
    'Of metrics whose labels are the information, such as node_uname_info: the series that each node sent last.';
COMMENT ON COLUMN node_info.labels IS 'Labels of that series, as in table series.';
COMMENT ON COLUMN node_info.sample_time IS 'Time of a sample of that series: the newest when it became the current one.';
COMMENT ON COLUMN node_info.ended IS 'Whether a stale marker has ended the series, and no other has followed.';

-- Of what was stored before this migration, the newest series is the best guess.
INSERT INTO node_info (node_id, metric, series_id, labels, sample_time)
SELECT DISTINCT ON (s.node_id, m.name) s.node_id, m.name, s.series_id, s.labels, s.first_seen
  FROM metric m JOIN series s USING (metric_id) JOIN node n USING (node_id)
 WHERE m.name IN ('node_uname_info', 'node_os_info', 'node_exporter_build_info', 'prometheus_build_info',
                  'harvester_remote_desktop_info')
 ORDER BY s.node_id, m.name, s.series_id DESC;

CREATE TABLE quota_default (
    max_series                int,
    max_new_series_per_hour   int,
    max_samples_per_second    int,
    max_body_bytes_per_second bigint
);
CREATE UNIQUE INDEX quota_default_one_row ON quota_default ((true));

COMMENT ON TABLE quota_default IS
    'Quotas of nodes without one of their own (node_access): the settings of the aggregator that started last. NULL: unlimited.';
COMMENT ON COLUMN quota_default.max_series IS 'HARVESTER_MAX_SERIES_PER_NODE.';
COMMENT ON COLUMN quota_default.max_new_series_per_hour IS 'HARVESTER_MAX_NEW_SERIES_PER_HOUR.';
COMMENT ON COLUMN quota_default.max_samples_per_second IS 'HARVESTER_MAX_SAMPLES_PER_SECOND.';
COMMENT ON COLUMN quota_default.max_body_bytes_per_second IS 'HARVESTER_MAX_BODY_BYTES_PER_SECOND.';

CREATE TABLE node_tag (
    node_id int NOT NULL REFERENCES node ON DELETE CASCADE,
    key     text NOT NULL CHECK (key ~ '^[a-z_][a-z0-9_.-]{0,62}$'),
    value   text NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
    PRIMARY KEY (node_id, key)
);

COMMENT ON TABLE node_tag IS
    'What operators say of nodes (command "node tag"), for groups. View fleet.tag has the names of the nodes, and their labels, too.';
COMMENT ON COLUMN node_tag.key IS 'For example site: lower-case letters, digits, _, . and -.';
COMMENT ON COLUMN node_tag.value IS 'For example berlin.';

CREATE TABLE annotation (
    annotation_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time          timestamptz NOT NULL DEFAULT now(),
    time_end      timestamptz CHECK (time_end >= time),
    node          text,
    kind          text NOT NULL DEFAULT 'note',
    who           text NOT NULL DEFAULT session_user,
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000)
);
CREATE INDEX annotation_time ON annotation (time);

COMMENT ON TABLE annotation IS
    'Notes by hand (command "note"). View fleet.annotation has them with what Harvester itself records.';
COMMENT ON COLUMN annotation.time_end IS 'NULL: a moment, not a span of time.';
COMMENT ON COLUMN annotation.node IS 'NULL: about all nodes.';
COMMENT ON COLUMN annotation.kind IS 'note or maintenance.';
COMMENT ON COLUMN annotation.who IS 'Who wrote it: a person, or the database role.';
