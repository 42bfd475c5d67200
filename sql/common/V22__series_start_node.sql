-- With node and series, like all that is filed under series: so that it goes with its node.
ALTER TABLE series_start ADD COLUMN node_id int;
UPDATE series_start s SET node_id = r.node_id FROM series r WHERE r.series_id = s.series_id;
DELETE FROM series_start WHERE node_id IS NULL;
ALTER TABLE series_start ALTER COLUMN node_id SET NOT NULL;
