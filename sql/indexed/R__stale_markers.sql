-- Views of metrics leave stale markers out.
CREATE OR REPLACE VIEW harvester.stale_marker AS
SELECT s.time, n.name AS node, m.name AS metric, r.labels, s.series_id
  FROM harvester.sample s
       JOIN harvester.series r USING (series_id)
       JOIN harvester.node n ON n.node_id = r.node_id
       JOIN harvester.metric m ON m.metric_id = r.metric_id
 WHERE s.value = 'NaN' AND harvester.is_stale(s.value)
UNION ALL
SELECT c.time, c.node, p.metric, p.labels, p.series_id
  FROM (SELECT c.time, n.name AS node, c.clock_id, c.ord, clock_timestamp() AS barrier
          FROM harvester.packed_time c JOIN harvester.node n USING (node_id)) c
       JOIN (SELECT n.name AS node, m.name AS metric, r.labels, p.series_id, p.clock_id,
                    array_cat(p.value, '{}') AS value, clock_timestamp() AS barrier
               FROM harvester.packed_sample p
                    JOIN harvester.series r USING (series_id)
                    JOIN harvester.node n ON n.node_id = r.node_id
                    JOIN harvester.metric m ON m.metric_id = r.metric_id
              WHERE p.stale) p
       ON p.clock_id = c.clock_id AND p.node = c.node
 WHERE p.value[c.ord] = 'NaN' AND harvester.is_stale(p.value[c.ord]);
COMMENT ON VIEW harvester.stale_marker IS 'When series ended, as Prometheus reported it.';
