-- Table node is small, and every version of a row that an open snapshot may still want is in it: a
-- plan that reads all of it, for a hash join, costs more than the few rows that a transaction wants.

-- What a write transaction means for the nodes it wrote. plpgsql keeps the plans; the arrays are in
-- ascending order of node_id, and so are the locks that the UPDATE takes.
CREATE OR REPLACE FUNCTION wrote_nodes(process uuid, ids int[], stored bigint[], newest bigint[])
RETURNS int LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off AS $$
DECLARE
    found_nodes int;
BEGIN
    UPDATE harvester.node n
       SET writer = process, last_write_at = now(), samples_total = samples_total + v.stored,
           newest_sample = greatest(n.newest_sample, to_timestamp(v.newest / 1000.0))
      FROM unnest(ids, stored, newest) AS v (node_id, stored, newest)
     WHERE n.node_id = v.node_id;
    GET DIAGNOSTICS found_nodes = ROW_COUNT;
    RETURN found_nodes;
END $$;

-- The same for rows that were planned without the locks: right only if this process was also the
-- last to write these nodes. The UPDATE waits for whoever is writing, and then sees its name.
CREATE OR REPLACE FUNCTION claim_nodes(process uuid, ids int[], stored bigint[], newest bigint[])
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off AS $$
DECLARE
    found_nodes int;
BEGIN
    UPDATE harvester.node n
       SET last_write_at = now(), samples_total = samples_total + v.stored,
           newest_sample = greatest(n.newest_sample, to_timestamp(v.newest / 1000.0))
      FROM unnest(ids, stored, newest) AS v (node_id, stored, newest)
     WHERE n.node_id = v.node_id AND n.writer = process;
    GET DIAGNOSTICS found_nodes = ROW_COUNT;
    IF found_nodes < cardinality(ids) THEN
        RAISE EXCEPTION 'another process wrote % of % nodes last',
            cardinality(ids) - found_nodes, cardinality(ids) USING ERRCODE = 'HV002';
    END IF;
END $$;

COMMENT ON FUNCTION wrote_nodes IS 'The aggregator''s: the rows of nodes that a transaction wrote.';
COMMENT ON FUNCTION claim_nodes IS 'The aggregator''s: the same, failing if another process wrote last.';
