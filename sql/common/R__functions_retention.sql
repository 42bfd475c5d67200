CREATE OR REPLACE FUNCTION set_node_retention(node text, period interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    id int := (SELECT n.node_id FROM harvester.node n WHERE n.name = set_node_retention.node);
BEGIN
    IF id IS NULL THEN
        RAISE EXCEPTION 'node % does not exist', node;
    END IF;
    DELETE FROM harvester.retention_rule r WHERE r.node_id = id;
    IF period IS NOT NULL THEN
        INSERT INTO harvester.retention_rule (node_id, period) VALUES (id, set_node_retention.period);
    END IF;
END $$;

COMMENT ON FUNCTION set_node_retention(text, interval) IS
    'Sets how long samples of a node are kept. 0: forever; NULL: the default, HARVESTER_RETENTION.';

CREATE OR REPLACE FUNCTION set_metric_retention(metric text, period interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    id int := (SELECT m.metric_id FROM harvester.metric m WHERE m.name = set_metric_retention.metric);
BEGIN
    IF id IS NULL THEN
        RAISE EXCEPTION 'metric % does not exist', metric;
    END IF;
    DELETE FROM harvester.retention_rule r WHERE r.metric_id = id;
    IF period IS NOT NULL THEN
        INSERT INTO harvester.retention_rule (metric_id, period) VALUES (id, set_metric_retention.period);
    END IF;
END $$;

COMMENT ON FUNCTION set_metric_retention(text, interval) IS
    'Sets how long samples of a metric are kept. 0: forever; NULL: the default, HARVESTER_RETENTION.';
