-- Whether batches may be put into a chunk's compressed table without passing through the hypertable:
-- only if nothing hangs on the hypertable that would have to hear of the rows (a trigger, a check,
-- a policy of row security, a continuous aggregate), and the chunk is marked as unordered, so that
-- queries and compaction expect batches that overlap. Compaction takes that mark away under a lock
-- that an INSERT into the compressed table waits for: what is read here holds until the commit.
-- It runs in every write transaction: plpgsql keeps the plan, an SQL function would not.
CREATE OR REPLACE FUNCTION takes_batches(which regclass) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM _timescaledb_catalog.chunk c, pg_class s
         WHERE c.relid = which
           AND c.status & 7 = 3  -- compressed, unordered, not frozen
           AND s.oid = 'harvester.sample'::regclass
           AND NOT (s.relhastriggers OR s.relrowsecurity OR s.relhasindex OR s.relchecks > 0)
           AND NOT EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                            WHERE a.raw_hypertable_id = c.hypertable_id));
END $$;

-- The same as a condition of the INSERT: an error, so that nothing of the transaction stays.
CREATE OR REPLACE FUNCTION must_take_batches(which regclass) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT harvester.takes_batches(which) THEN
        RAISE EXCEPTION 'chunk % takes no compressed batches now', which USING ERRCODE = 'HV001';
    END IF;
    RETURN true;
END $$;

-- How large a compressed batch may be before PostgreSQL moves its columns out into the TOAST table.
-- TimescaleDB says 128 bytes, so that nearly every column of every batch becomes TOAST rows of its
-- own, each with an entry in the TOAST index. While a chunk is being filled that is a good part of
-- what the database does; two batches a page are cheaper. Once a chunk is closed, the columns that
-- a query does not want should be out of its way again.
-- As V43, but merged batches do not go into what little is free on the pages of the batches that
-- they replace: up to a third, where two batches of 2.7 kB are. They would spread over the whole
-- file, and little of it could be given back. On pages of their own, at the end of the file, they
-- can be moved to its beginning once that is free.
CREATE OR REPLACE FUNCTION store_batches(chunk regclass, in_line boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    batches regclass := (SELECT s.compress_relid
                           FROM _timescaledb_catalog.compression_settings s WHERE s.relid = chunk);
BEGIN
    IF batches IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = %s, fillfactor = %s)',
                       batches,
                       CASE WHEN in_line THEN 4080 ELSE 128 END,
                       CASE WHEN in_line THEN 100 ELSE 65 END);
    END IF;
END $$;

COMMENT ON FUNCTION store_batches IS 'The aggregator''s: whether batches of a chunk are kept in line or in TOAST.';
