-- Whether compressed batches may be inserted directly into the chunk's compressed table. This bypasses
-- the hypertable, so nothing on it may need to see the rows: no trigger, check constraint, row-level
-- security policy, index or continuous aggregate. The chunk must also be marked as unordered, so that
-- queries and compaction expect overlapping batches. Compaction clears the mark under a lock that
-- conflicts with an INSERT into the compressed table, so the result holds until the transaction ends.
-- Every write transaction calls this: plpgsql caches the plan, an SQL function would not.
CREATE OR REPLACE FUNCTION accepts_compressed_batches(chunk regclass) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM _timescaledb_catalog.chunk c, pg_class s
         WHERE c.relid = accepts_compressed_batches.chunk
           AND c.status & 7 = 3  -- compressed, unordered, not frozen
           AND s.oid = 'harvester.sample'::regclass
           AND NOT (s.relhastriggers OR s.relrowsecurity OR s.relhasindex OR s.relchecks > 0)
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                            WHERE a.raw_hypertable_id = c.hypertable_id));
END $$;

COMMENT ON FUNCTION accepts_compressed_batches IS
    'Internal, called by aggregators: whether compressed batches may be inserted into the chunk''s compressed table.';

-- As a condition of that INSERT: an error rolls the whole transaction back.
CREATE OR REPLACE FUNCTION require_compressed_batches(chunk regclass) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT harvester.accepts_compressed_batches(chunk) THEN
        RAISE EXCEPTION 'chunk % does not accept compressed batches at the moment', chunk
            USING ERRCODE = 'ZH001';
    END IF;
    RETURN true;
END $$;

COMMENT ON FUNCTION require_compressed_batches IS
    'Internal, called by aggregators: true, or error ZH001 if accepts_compressed_batches is false.';

-- Row size down to which PostgreSQL moves columns of a compressed batch to the TOAST table. TimescaleDB
-- sets 128 bytes, so nearly every column becomes TOAST rows, each with an entry in the TOAST index.
-- While a chunk is being filled, these are a large share of the database's work, and what is replaced
-- later leaves gaps that nothing closes. So writers and the merge of open chunks keep their batches
-- below 4080 bytes (class BatchSizer), and all of them inline: two or three to a page.
-- In a closed chunk the values belong in the TOAST table, where they are out of the way of queries that
-- do not need them. Series ids and times compress to a few hundred bytes; as TOAST rows, they would
-- take half as much again.
-- With a fillfactor of 65, batches of the closed chunk go to pages of their own at the end of the file,
-- not into the gaps of pages that hold the batches they replace. They would be spread over the whole
-- file, and little of it could be truncated. They are moved to its beginning once that is free.
-- TimescaleDB cannot use a bitmap scan of the compressed table for the nodes of a join. If the planner
-- expects more than a few batches of a node, it prefers one to the plain index scan, which is then not
-- tried at all: a query of one node by name reads all nodes. So the statistics say that each node has
-- one batch, whatever ANALYZE finds.
CREATE OR REPLACE FUNCTION set_compressed_batch_storage(chunk regclass, inline boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    compressed_table regclass := (SELECT s.compress_relid
                                    FROM _timescaledb_catalog.compression_settings s WHERE s.relid = chunk);
BEGIN
    IF compressed_table IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = %s, fillfactor = %s)',
                       compressed_table,
                       CASE WHEN inline THEN 4080 ELSE 512 END,
                       CASE WHEN inline THEN 100 ELSE 65 END);
        IF NOT EXISTS (SELECT FROM pg_attribute
                        WHERE attrelid = compressed_table AND attname = 'node_id'
                          AND attoptions @> '{n_distinct=-1}') THEN
            EXECUTE format('ALTER TABLE %s ALTER COLUMN node_id SET (n_distinct = -1)', compressed_table);
        END IF;
    END IF;
END $$;

COMMENT ON FUNCTION set_compressed_batch_storage IS
    'Internal, called by aggregators: whether new compressed batches of a chunk are stored inline or in the TOAST table.';
