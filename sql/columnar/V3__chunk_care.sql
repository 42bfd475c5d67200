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
    'What was done to each closed chunk: compress, compact, audit, repair, vacuum. The audit must find 0 duplicates.';
