-- The fleet as tables. Nothing here reads samples: views stand on the catalog, and on what aggregators
-- record of each node.
COMMENT ON SCHEMA fleet IS
    'The nodes as tables: node, tag, annotation, audit, and the function silent.';

-- External labels are on every series of a node. The labels of these two metrics' own are left out.
CREATE OR REPLACE VIEW fleet.tag AS
SELECT n.name AS node, t.key, t.value, 'tag' AS source
  FROM harvester.node_tag t JOIN harvester.node n USING (node_id)
 UNION ALL
SELECT n.name, l.key, l.value, 'label'
  FROM harvester.node_info i
       JOIN harvester.node n USING (node_id)
       CROSS JOIN jsonb_each_text(i.labels - '{job,instance,nodename,sysname,release,version,machine,domainname}'::text[]) l
 WHERE i.metric = 'node_uname_info';

COMMENT ON VIEW fleet.tag IS
    'Tags and labels of nodes, one row each, to group nodes by. Example: SELECT value, count(*) FROM fleet.tag WHERE key = ''site'' GROUP BY value.';
COMMENT ON COLUMN fleet.tag.node IS 'Name of the node.';
COMMENT ON COLUMN fleet.tag.key IS 'Name of the tag or label.';
COMMENT ON COLUMN fleet.tag.value IS 'Its value.';
COMMENT ON COLUMN fleet.tag.source IS
    'tag: set by the command "node tag"; label: on the node''s series of node_uname_info, as an external label of its Prometheus is.';

CREATE OR REPLACE VIEW fleet.annotation AS
SELECT a.time, a.time_end, a.node, a.kind, a.who, a.text
  FROM harvester.annotation a
 UNION ALL
SELECT e.at, NULL, e.node, 'access', e.actor, e.event || coalesce(' from ' || e.address, '')
  FROM harvester.access_event e
 WHERE e.kind = 'access'
 UNION ALL
SELECT s.first_seen, NULL, n.name, 'desktop', s.labels ->> 'user',
       'desktop session' || coalesce(' from ' || (s.labels ->> 'client'), '')
  FROM harvester.metric m
       JOIN harvester.series s USING (metric_id)
       JOIN harvester.node n USING (node_id)
 WHERE m.name = 'harvester_remote_session_started_timestamp_seconds'
 UNION ALL
SELECT c.started_at, c.finished_at, NULL, 'storage', 'aggregator', c.step || ' ' || c.chunk || coalesce(': ' || c.note, '')
  FROM harvester.chunk_maintenance c;

COMMENT ON VIEW fleet.annotation IS
    'What happened, for example for annotations in Grafana: SELECT time, time_end, text, kind AS tags FROM fleet.annotation WHERE kind <> ''storage''.';
COMMENT ON COLUMN fleet.annotation.time IS
    'When it began. Of a desktop session: when it was first scraped; one that is shorter than the scrape interval is missing.';
COMMENT ON COLUMN fleet.annotation.time_end IS 'When it ended; NULL: a moment, or the end is unknown.';
COMMENT ON COLUMN fleet.annotation.node IS 'Name of the node; NULL: all nodes.';
COMMENT ON COLUMN fleet.annotation.kind IS
    'note and maintenance: by the command "note"; access: enrolments, revocations and other changes of credentials (view fleet.audit has logins, too); desktop: sessions of remote desktops; storage: maintenance of chunks.';
COMMENT ON COLUMN fleet.annotation.who IS 'A person, an account, a user of a desktop, or a database role.';
COMMENT ON COLUMN fleet.annotation.text IS 'In words.';

CREATE OR REPLACE VIEW fleet.audit AS
SELECT e.at AS time, e.kind, e.actor AS who, e.event AS what, e.node, e.address
  FROM harvester.access_event e;

COMMENT ON VIEW fleet.audit IS
    'Who changed what, and who logged in. Example: SELECT * FROM fleet.audit WHERE kind = ''account'' ORDER BY time DESC LIMIT 20.';
COMMENT ON COLUMN fleet.audit.time IS 'When.';
COMMENT ON COLUMN fleet.audit.kind IS
    'access: credentials, keys and readers; account: accounts, logins, logouts and failed logins; fleet: tags and notes.';
COMMENT ON COLUMN fleet.audit.who IS 'The account on the page; of a command, the database role.';
COMMENT ON COLUMN fleet.audit.what IS 'In words.';
COMMENT ON COLUMN fleet.audit.node IS 'Name of the node, if it is about one.';
COMMENT ON COLUMN fleet.audit.address IS 'Address of the client, if it came over HTTP.';

CREATE OR REPLACE VIEW fleet.node AS
SELECT n.name AS node,
       x.state,
       CASE x.state WHEN 'up' THEN n.up_since WHEN 'disabled' THEN a.disabled_at
                    WHEN 'revoked' THEN c.revoked_at ELSE coalesce(n.last_write_at, n.first_seen) END AS since,
       n.first_seen,
       n.last_write_at AS last_seen,
       n.newest_sample_time AS newest_sample,
       now() - n.newest_sample_time AS lag,
       make_interval(secs => round(greatest(n.clock_ahead, n.clock_ahead_before)::numeric, 3)::float8) AS clock_skew,
       n.samples_total AS samples,
       round(coalesce(u.samples_per_second, 0)::numeric, 1) AS samples_per_second,
       coalesce(u.active_series, 0) AS active_series,
       CASE WHEN i.prometheus IS NOT NULL THEN 'prometheus ' || (i.prometheus ->> 'version') END AS agent,
       CASE WHEN i.exporter IS NOT NULL THEN 'node_exporter ' || (i.exporter ->> 'version') END AS exporter,
       coalesce(i.os ->> 'pretty_name', i.uname ->> 'sysname') AS os,
       i.uname ->> 'release' AS kernel,
       i.uname ->> 'machine' AS machine,
       round(greatest(u.active_series::float8 / coalesce(a.max_series, d.max_series),
                      u.new_series::float8 / coalesce(a.max_new_series_per_hour, d.max_new_series_per_hour),
                      u.samples_per_second / coalesce(a.max_samples_per_second, d.max_samples_per_second),
                      u.body_bytes_per_second / coalesce(a.max_body_bytes_per_second, d.max_body_bytes_per_second)
                     )::numeric, 4) AS quota_use,
       coalesce(r.rejections, 0) AS rejections,
       r.last_rejection_at,
       r.last_rejection,
       CASE WHEN NOT i.desktop_ended OR i.uname_ended THEN i.desktop ->> 'url' END AS desktop,
       coalesce(t.tags, '{}') AS tags,
       coalesce(i.uname, i.prometheus, '{}')
           - '{job,instance,nodename,sysname,release,version,machine,domainname,revision,branch,goversion,goos,goarch,tags}'::text[] AS labels
  FROM harvester.node n
       LEFT JOIN harvester.node_access a USING (node_id)
       -- One row, which the planner knows of an aggregate, but not of a table.
       CROSS JOIN (SELECT max(max_series) AS max_series, max(max_new_series_per_hour) AS max_new_series_per_hour,
                          max(max_samples_per_second) AS max_samples_per_second,
                          max(max_body_bytes_per_second) AS max_body_bytes_per_second
                     FROM harvester.quota_default) d
       LEFT JOIN (SELECT node_id, max(revoked_at) AS revoked_at, bool_and(revoked_at IS NOT NULL) AS all_revoked
                    FROM harvester.node_credential GROUP BY node_id) c USING (node_id)
       LEFT JOIN (SELECT node_id,
                         (array_agg(labels) FILTER (WHERE metric = 'node_uname_info'))[1] AS uname,
                         (array_agg(labels) FILTER (WHERE metric = 'node_os_info'))[1] AS os,
                         (array_agg(labels) FILTER (WHERE metric = 'node_exporter_build_info'))[1] AS exporter,
                         (array_agg(labels) FILTER (WHERE metric = 'prometheus_build_info'))[1] AS prometheus,
                         (array_agg(labels) FILTER (WHERE metric = 'harvester_remote_desktop_info'))[1] AS desktop,
                         bool_or(ended) FILTER (WHERE metric = 'node_uname_info') AS uname_ended,
                         bool_or(ended) FILTER (WHERE metric = 'harvester_remote_desktop_info') AS desktop_ended
                    FROM harvester.node_info GROUP BY node_id) i USING (node_id)
       LEFT JOIN (SELECT node_id, jsonb_object_agg(key, value) AS tags
                    FROM harvester.node_tag GROUP BY node_id) t USING (node_id)
       LEFT JOIN (SELECT node COLLATE "C" AS node, sum(rejections)::bigint AS rejections,
                         max(last_at) AS last_rejection_at,
                         (array_agg(reason ORDER BY last_at DESC))[1] AS last_rejection
                    FROM harvester.rejected_sample GROUP BY 1) r ON r.node = n.name COLLATE "C"
       LEFT JOIN harvester.node_status s USING (node_id)
       CROSS JOIN LATERAL (
           SELECT CASE WHEN n.last_write_at > now() - interval '1 hour' THEN s.active_series END AS active_series,
                  s.new_series,
                  (n.samples_total - coalesce(s.earlier_samples, s.checkpoint_samples))
                      / nullif(extract(epoch FROM now() - coalesce(s.earlier_at, s.checkpoint_at)), 0)::float8
                      AS samples_per_second,
                  (s.body_bytes_total - coalesce(s.earlier_bytes, s.checkpoint_bytes))
                      / nullif(extract(epoch FROM now() - coalesce(s.earlier_at, s.checkpoint_at)), 0)::float8
                      AS body_bytes_per_second) u
       CROSS JOIN LATERAL (
           SELECT CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled'
                       WHEN n.last_write_at > now() - interval '5 minutes' THEN 'up'
                       WHEN c.all_revoked THEN 'revoked'
                       WHEN n.last_write_at IS NULL THEN 'never'
                       ELSE 'silent' END AS state) x;

COMMENT ON VIEW fleet.node IS
    'One row per node. The times, lag and samples are those of the last commit; all others are at most 15 seconds old.';
COMMENT ON COLUMN fleet.node.node IS 'Name of the node.';
COMMENT ON COLUMN fleet.node.state IS
    'up: wrote within the last five minutes; silent: did not; never: was added, and has never written; revoked: silent, and all of its credentials are revoked; disabled: its requests are refused.';
COMMENT ON COLUMN fleet.node.since IS
    'When the state began. up: the first write after a pause of five minutes or more; silent: the last write.';
COMMENT ON COLUMN fleet.node.first_seen IS 'When the node was added, or wrote for the first time.';
COMMENT ON COLUMN fleet.node.last_seen IS 'When samples of the node were committed last.';
COMMENT ON COLUMN fleet.node.newest_sample IS 'Timestamp of its newest sample.';
COMMENT ON COLUMN fleet.node.lag IS 'Age of its newest sample. A node that delivers what it could not send before has a large lag.';
COMMENT ON COLUMN fleet.node.clock_skew IS
    'How far its newest sample was ahead of the database''s clock when it arrived: the largest within one to two minutes. Above 0: the node''s clock is ahead by so much at least. Below 0: the delay of delivery, usually up to 20 s; more is a clock that is behind, or a backlog.';
COMMENT ON COLUMN fleet.node.samples IS 'Samples stored since the node was added, deleted ones included.';
COMMENT ON COLUMN fleet.node.samples_per_second IS 'Samples stored per second, average of one to two minutes.';
COMMENT ON COLUMN fleet.node.active_series IS 'Series with a sample within the last hour.';
COMMENT ON COLUMN fleet.node.agent IS 'The sender and its version (prometheus_build_info).';
COMMENT ON COLUMN fleet.node.exporter IS 'The exporter and its version (node_exporter_build_info).';
COMMENT ON COLUMN fleet.node.os IS 'Operating system (node_os_info, or else node_uname_info).';
COMMENT ON COLUMN fleet.node.kernel IS 'Release of the kernel (node_uname_info).';
COMMENT ON COLUMN fleet.node.machine IS 'Hardware, for example x86_64 (node_uname_info).';
COMMENT ON COLUMN fleet.node.quota_use IS
    'The quota of which the node uses most, as a fraction: of active series, new series per hour, samples per second and bytes per second. 1: what exceeds it is refused. NULL: no quota, or nothing known.';
COMMENT ON COLUMN fleet.node.rejections IS 'Rejected samples, and requests over the rate quota (harvester.rejected_sample).';
COMMENT ON COLUMN fleet.node.last_rejection_at IS 'When the last one was rejected.';
COMMENT ON COLUMN fleet.node.last_rejection IS 'Why; harvester.rejected_sample has the metrics and examples.';
COMMENT ON COLUMN fleet.node.desktop IS 'Address of the node''s desktop in the browser (harvester_remote_desktop_info).';
COMMENT ON COLUMN fleet.node.tags IS 'Tags (command "node tag").';
COMMENT ON COLUMN fleet.node.labels IS 'Labels that all of its series have, as the external labels of its Prometheus.';

CREATE OR REPLACE FUNCTION fleet.silent(longer_than interval DEFAULT '5 minutes')
RETURNS TABLE (node text, last_seen timestamptz, silent_for interval, tags jsonb)
LANGUAGE sql STABLE ROWS 100
AS $$
SELECT n.node, n.last_seen, now() - coalesce(n.last_seen, n.first_seen), n.tags
  FROM fleet.node n -- a view: readers may not read the credentials themselves
 WHERE coalesce(n.last_seen, n.first_seen) < now() - longer_than
   AND n.state NOT IN ('disabled', 'revoked')
 ORDER BY 3 DESC
$$;

COMMENT ON FUNCTION fleet.silent IS
    'Nodes that have not written for that long, the longest first: also those that were added and have never written, but not those that are disabled or revoked.';
