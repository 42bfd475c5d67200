-- Views of metrics leave stale markers out. After all tables, because each tier has its own table sample.
CREATE OR REPLACE VIEW harvester.stale_marker AS
SELECT s.time, n.name AS node, m.name AS metric, r.labels, s.series_id
  FROM harvester.sample s
       JOIN harvester.series r USING (series_id)
       JOIN harvester.node n ON n.node_id = r.node_id
       JOIN harvester.metric m ON m.metric_id = r.metric_id
 WHERE s.value = 'NaN' AND harvester.is_stale(s.value);
COMMENT ON VIEW harvester.stale_marker IS 'When series ended, as Prometheus reported it.';
