-- Retention rules, and the log of what maintenance did.

CREATE TABLE retention_rule (
    node_id    int UNIQUE REFERENCES node ON DELETE CASCADE,
    metric_id  int UNIQUE REFERENCES metric ON DELETE CASCADE,
    period     interval NOT NULL CHECK (period = interval '0' OR period >= interval '1 hour'),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(node_id, metric_id) = 1)
);

COMMENT ON TABLE retention_rule IS
    'Retention periods of single nodes and metrics, which override HARVESTER_RETENTION. If the node and the metric of a sample both have one, the shorter applies. Set by set_node_retention and set_metric_retention.';
COMMENT ON COLUMN retention_rule.period IS '0: keep forever.';
COMMENT ON COLUMN retention_rule.changed_at IS
    'Older samples are rejected within a minute of a change, and deleted five minutes after the last change.';

CREATE TABLE retention_applied (
    chunk             text PRIMARY KEY,
    rules_fingerprint uuid NOT NULL,
    applied_at        timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE retention_applied IS
    'Chunks from which expired rows were deleted, so that they are not searched again until more has expired.';
COMMENT ON COLUMN retention_applied.rules_fingerprint IS 'Hash of the rules that had expired rows of the chunk.';

CREATE TABLE chunk_maintenance (
    chunk        text NOT NULL,
    step         text NOT NULL,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    bytes_before bigint,
    bytes_after  bigint,
    duplicates   bigint,
    note         text
);
CREATE INDEX chunk_maintenance_chunk_step ON chunk_maintenance (chunk, step, finished_at);

COMMENT ON TABLE chunk_maintenance IS 'Log of the maintenance of chunks and partitions.';
COMMENT ON COLUMN chunk_maintenance.step IS
    'delete_expired (every tier), merge, compress, compact, check_duplicates, remove_duplicates, vacuum (columnar tier).';
COMMENT ON COLUMN chunk_maintenance.duplicates IS
    'Number of duplicate rows that check_duplicates found, which must be 0, or that remove_duplicates removed.';
COMMENT ON COLUMN chunk_maintenance.note IS 'What delete_expired deleted, or merge merged.';
