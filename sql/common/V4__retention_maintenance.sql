-- How long samples are kept where it is not HARVESTER_RETENTION, and what retention did.
CREATE TABLE retention_rule (
    node_id    int UNIQUE REFERENCES node ON DELETE CASCADE,
    metric_id  int UNIQUE REFERENCES metric ON DELETE CASCADE,
    keep       interval NOT NULL CHECK (keep = interval '0' OR keep >= interval '1 hour'),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(node_id, metric_id) = 1)
);

COMMENT ON TABLE retention_rule IS
    'How long samples of a node or of a metric are kept; where both have a rule, the shorter one holds. Set by keep_node and keep_metric.';
COMMENT ON COLUMN retention_rule.keep IS '0: for ever.';
COMMENT ON COLUMN retention_rule.changed_at IS 'Older samples are refused within a minute, and deleted five minutes after the last change.';

CREATE TABLE retention_done (
    chunk   text PRIMARY KEY,
    rules   uuid NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE retention_done IS 'Chunks from which something was deleted, and a fingerprint of what had expired then.';

CREATE TABLE chunk_care (
    chunk        text NOT NULL,
    step         text NOT NULL,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    bytes_before bigint,
    bytes_after  bigint,
    duplicates   bigint,
    note         text
);
CREATE INDEX chunk_care_chunk ON chunk_care (chunk, step, finished_at);

COMMENT ON TABLE chunk_care IS
    'What was done to chunks or partitions: retention on every tier; compress, compact, audit, repair, vacuum on the columnar one. The audit must find 0 duplicates.';
