CREATE OR REPLACE FUNCTION keep_node(node text, keep interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    id int := (SELECT n.node_id FROM harvester.node n WHERE n.name = keep_node.node);
BEGIN
    IF id IS NULL THEN
        RAISE EXCEPTION 'there is no node %', node;
    END IF;
    DELETE FROM harvester.retention_rule r WHERE r.node_id = id;
    IF keep IS NOT NULL THEN
        INSERT INTO harvester.retention_rule (node_id, keep) VALUES (id, keep_node.keep);
    END IF;
END $$;

COMMENT ON FUNCTION keep_node(text, interval) IS 'Keeps samples of a node so long; 0: for ever; NULL: as by default.';

CREATE OR REPLACE FUNCTION keep_metric(metric text, keep interval) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    id int := (SELECT m.metric_id FROM harvester.metric m WHERE m.name = keep_metric.metric);
BEGIN
    IF id IS NULL THEN
        RAISE EXCEPTION 'there is no metric %', metric;
    END IF;
    DELETE FROM harvester.retention_rule r WHERE r.metric_id = id;
    IF keep IS NOT NULL THEN
        INSERT INTO harvester.retention_rule (metric_id, keep) VALUES (id, keep_metric.keep);
    END IF;
END $$;

COMMENT ON FUNCTION keep_metric(text, interval) IS 'Keeps samples of a metric so long; 0: for ever; NULL: as by default.';
