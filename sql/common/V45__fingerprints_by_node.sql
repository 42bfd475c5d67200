-- A fingerprint begins with 32 bits of the node's: the entries of one node lie together in the index, so that registering
-- a scrape of new series touches a few pages of it, and not one for each series. The other 96 bits stay as they were.
-- An older aggregator would not find these series again: stop all before a newer one starts.
UPDATE series s
   SET fingerprint = (encode(substr(sha256(int4send(length(n.utf8)) || n.utf8), 1, 4), 'hex')
                      || substr(replace(s.fingerprint::text, '-', ''), 9))::uuid
  FROM (SELECT node_id, convert_to(name, 'UTF8') AS utf8 FROM node) n
 WHERE n.node_id = s.node_id;
REINDEX INDEX series_fingerprint_key;

COMMENT ON COLUMN series.fingerprint IS
    'First 32 bits of SHA-256 over the node, then bits 33 to 128 of SHA-256 over node, metric and sorted labels, each length-prefixed.';

-- Who looks for all series of a node is in no hurry, and asks by metric and node (series_metric_node).
DROP INDEX series_node;

CREATE OR REPLACE FUNCTION keep_parents_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    orphans bigint;
BEGIN
    IF TG_TABLE_NAME = 'metric' THEN
        LOCK TABLE harvester.series IN SHARE ROW EXCLUSIVE MODE;
        SELECT count(*) INTO orphans FROM harvester.series s JOIN gone g USING (metric_id);
    ELSE
        SELECT count(*) INTO orphans
          FROM gone g CROSS JOIN harvester.metric m JOIN harvester.series s USING (metric_id, node_id);
    END IF;
    IF orphans > 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s series still belong to what is deleted from harvester.%s', orphans, TG_TABLE_NAME),
            HINT = 'Delete the series first; the command "node remove" does that for a node.';
    END IF;
    RETURN NULL;
END $$;
