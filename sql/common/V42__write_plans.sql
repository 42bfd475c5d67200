-- Table node is small, and every version of a row that an open snapshot may still want is in it: a
-- plan that reads all of it, for a hash join, costs more than the few rows that a transaction wants.
ALTER FUNCTION wrote_nodes SET enable_seqscan = off SET enable_hashjoin = off;
ALTER FUNCTION claim_nodes SET enable_seqscan = off SET enable_hashjoin = off;
