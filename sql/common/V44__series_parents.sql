-- A foreign key is checked row by row, and locks node and metric for every series anew: nearly half
-- of what registering a scrape of new series took. The statement that inserts series (SeriesRows)
-- now looks for all nodes and metrics at once; these triggers are the other half, for whoever
-- deletes one. Of a node, the insert holds the row: it waits for a deletion, or is waited for. Of
-- metrics, which nothing but a person deletes, it holds none: the deletion waits for all inserts.

ALTER TABLE series DROP CONSTRAINT series_metric_id_fkey, DROP CONSTRAINT series_node_id_fkey;

CREATE FUNCTION keep_parents_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    orphans bigint;
BEGIN
    IF TG_TABLE_NAME = 'metric' THEN
        LOCK TABLE harvester.series IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    EXECUTE format('SELECT count(*) FROM harvester.series s JOIN gone g USING (%I)', TG_TABLE_NAME || '_id')
       INTO orphans;
    IF orphans > 0 THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s series still belong to what is deleted from harvester.%s', orphans, TG_TABLE_NAME),
            HINT = 'Delete the series first; the command "node remove" does that for a node.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_parents_of_series AFTER DELETE ON node REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_parents_of_series();
CREATE TRIGGER keep_parents_of_series AFTER DELETE ON metric REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_parents_of_series();
