-- Whether batches may be put into a chunk's compressed table without passing through the hypertable:
-- only if nothing hangs on the hypertable that would have to hear of the rows (a trigger, a check,
-- a policy of row security, a continuous aggregate), and the chunk is marked as unordered, so that
-- queries and compaction expect batches that overlap. Compaction takes that mark away under a lock
-- that an INSERT into the compressed table waits for: what is read here holds until the commit.
-- It runs in every write transaction: plpgsql keeps the plan, an SQL function would not.
CREATE FUNCTION takes_batches(which regclass) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
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
CREATE FUNCTION must_take_batches(which regclass) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT harvester.takes_batches(which) THEN
        RAISE EXCEPTION 'chunk % takes no compressed batches now', which USING ERRCODE = 'HV001';
    END IF;
    RETURN true;
END $$;
