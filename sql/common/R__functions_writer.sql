-- Called by every write transaction, with one array element per node that it writes, in ascending
-- order of node_id: the UPDATE locks the rows in this order. plpgsql caches the plans. Sequential scans
-- and hash joins are off because table node, though small, holds every row version that an open
-- snapshot may still need: reading all of it costs more than looking up a few nodes.

CREATE OR REPLACE FUNCTION record_node_writes(
    writer_session uuid, node_ids int[], stored_samples bigint[], newest_times_ms bigint[])
RETURNS int LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off AS $$
DECLARE
    updated_nodes int;
BEGIN
    UPDATE harvester.node n
       SET writer = writer_session,
           last_write_at = now(),
           samples_total = n.samples_total + v.stored_samples,
           newest_sample_time = greatest(n.newest_sample_time, to_timestamp(v.newest_time_ms / 1000.0)),
           up_since = CASE WHEN n.last_write_at > now() - interval '5 minutes'
                           THEN coalesce(n.up_since, now()) ELSE now() END,
           clock_ahead = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                              THEN greatest(n.clock_ahead, v.ahead) ELSE v.ahead END,
           clock_ahead_before = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                                     THEN n.clock_ahead_before ELSE n.clock_ahead END,
           clock_ahead_since = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                                    THEN n.clock_ahead_since ELSE now() END
      FROM (SELECT u.*, u.newest_time_ms / 1000.0 - extract(epoch FROM now()) AS ahead
              FROM unnest(node_ids, stored_samples, newest_times_ms)
                       AS u (node_id, stored_samples, newest_time_ms)) v
     WHERE n.node_id = v.node_id;
    GET DIAGNOSTICS updated_nodes = ROW_COUNT;
    RETURN updated_nodes;
END $$;

COMMENT ON FUNCTION record_node_writes IS
    'Internal, called by aggregators: updates the rows of the nodes that a transaction wrote, and returns their number.';

-- For batches that were deduplicated without a lock on the nodes. The result is valid only if this
-- session was the last to write them; the UPDATE waits for a concurrent writer and then sees its id.
CREATE OR REPLACE FUNCTION claim_nodes(
    writer_session uuid, node_ids int[], stored_samples bigint[], newest_times_ms bigint[])
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off AS $$
DECLARE
    updated_nodes int;
BEGIN
    UPDATE harvester.node n
       SET last_write_at = now(),
           samples_total = n.samples_total + v.stored_samples,
           newest_sample_time = greatest(n.newest_sample_time, to_timestamp(v.newest_time_ms / 1000.0)),
           up_since = CASE WHEN n.last_write_at > now() - interval '5 minutes'
                           THEN coalesce(n.up_since, now()) ELSE now() END,
           clock_ahead = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                              THEN greatest(n.clock_ahead, v.ahead) ELSE v.ahead END,
           clock_ahead_before = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                                     THEN n.clock_ahead_before ELSE n.clock_ahead END,
           clock_ahead_since = CASE WHEN n.clock_ahead_since > now() - interval '1 minute'
                                    THEN n.clock_ahead_since ELSE now() END
      FROM (SELECT u.*, u.newest_time_ms / 1000.0 - extract(epoch FROM now()) AS ahead
              FROM unnest(node_ids, stored_samples, newest_times_ms)
                       AS u (node_id, stored_samples, newest_time_ms)) v
     WHERE n.node_id = v.node_id AND n.writer = writer_session;
    GET DIAGNOSTICS updated_nodes = ROW_COUNT;
    IF updated_nodes < cardinality(node_ids) THEN
        RAISE EXCEPTION 'another writer session wrote % of % nodes since',
            cardinality(node_ids) - updated_nodes, cardinality(node_ids) USING ERRCODE = 'ZH002';
    END IF;
END $$;

COMMENT ON FUNCTION claim_nodes IS
    'Internal, called by aggregators: as record_node_writes, but fails with ZH002 unless this writer session was the last to write all of the nodes.';
