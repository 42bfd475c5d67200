// SPDX-License-Identifier: Apache-2.0
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations, series, sqlValues, table } from './sources.js';
import { bar, dashboard, graph, list, nodeLink, stack } from './panels.js';

/** The chosen nodes as an array; NULL: all, as functions of schema prom understand it. */
const NODES = "nullif(array_remove(ARRAY[${node:sqlstring}]::text[], NULL), '{}')";
/** The nodes of tables, restricted likewise. */
const CHOSEN = `(${NODES} IS NULL OR n.node = ANY (${NODES}))`;
/** The value of the chosen tag or label for each node. A tag wins over a label. */
const GROUP = "(SELECT DISTINCT ON (node) node, value AS name FROM fleet.tag WHERE key = ${key:sqlstring} ORDER BY node, source DESC) g";
const NAME = "coalesce(g.name, '(none)')";
/** Arguments of a function of schema prom: one point, at the end of the time range. */
const AT_END = 'start => $__timeTo(), stop => $__timeTo()';
const WEEK_BEFORE = "start => $__timeTo()::timestamptz - interval '7 days', stop => $__timeTo()::timestamptz - interval '7 days'";
const WHOLE = '"range" => $__timeTo()::timestamptz - $__timeFrom()::timestamptz';
/** Arguments for a point per interval of the panel, each over the time since the point before. */
const OVER_TIME = "start => $__timeFrom(), stop => $__timeTo(), step => greatest('$__interval', interval '1 minute'), \"range\" => greatest('$__interval', interval '5 minutes')";

const PERCENT = 'percentunit';

export function reports(): Dashboard {
  return dashboard('harvester-reports', 'Fleet reports', 'Questions about many nodes, answered in SQL: groups, capacity, weeks, versions.', 24)
    .withVariable(sqlValues('key', 'Group by', 'Tags (deploy/harvester node tag) and external labels.', 'SELECT DISTINCT key FROM fleet.tag ORDER BY key'))
    .withVariable(sqlValues('node', 'Node', 'All, or some nodes.', 'SELECT node FROM fleet.node ORDER BY node').multi(true).includeAll(true).allValue('NULL').current({ text: 'All', value: '$__all' }))
    .annotation(annotations('Notes and maintenance', 'blue', "kind IN ('note', 'maintenance')"))
    .withRow(new RowBuilder('Groups'))
    .withPanel(list('Groups', 'Nodes by the chosen tag or label, as they are now.', { 'Samples per second': 'short', 'CPU busy': PERCENT, 'Memory': 'bytes' }, table(`
    SELECT ${NAME} AS "Group", count(*) AS "Nodes", count(*) FILTER (WHERE n.state = 'up') AS "Up",
           avg(c.busy) AS "CPU busy", sum(m.value) AS "Memory",
           sum(n.samples_per_second) AS "Samples per second", sum(n.active_series) AS "Series"
      FROM fleet.node n LEFT JOIN ${GROUP} USING (node)
           LEFT JOIN (SELECT node, 1 - avg(value) AS busy
                        FROM prom.rate('node_cpu_seconds_total', ${AT_END}, nodes => ${NODES}, match => '{"mode": "idle"}')
                       GROUP BY node) c USING (node)
           LEFT JOIN prom.latest('node_memory_MemTotal_bytes', at => $__timeTo(), nodes => ${NODES}) m USING (node)
     WHERE ${CHOSEN}
     GROUP BY 1 ORDER BY 1`)))
    .withPanel(list('States', 'up: wrote within five minutes. never: was added, and has never written.', {}, table(`
    SELECT ${NAME} AS "Group", n.state AS "State", count(*) AS "Nodes", min(n.since) AS "Since"
      FROM fleet.node n LEFT JOIN ${GROUP} USING (node)
     WHERE ${CHOSEN}
     GROUP BY 1, 2 ORDER BY 1, 2`)))
    .withPanel(graph('CPU busy', 'Mean of the nodes of each group.', PERCENT, series(`
    SELECT r.time, ${NAME} AS metric, 1 - avg(r.value) AS value
      FROM prom.rate('node_cpu_seconds_total', ${OVER_TIME}, nodes => ${NODES}, match => '{"mode": "idle"}') r
           LEFT JOIN ${GROUP} USING (node)
     GROUP BY 1, 2 ORDER BY 1, 2`)).max(1))
    .withPanel(stack('Received', 'Traffic of each group, without the loopback interface.', 'Bps', series(`
    SELECT r.time, ${NAME} AS metric, sum(r.value) AS value
      FROM prom.rate('node_network_receive_bytes_total', ${OVER_TIME}, nodes => ${NODES}) r
           LEFT JOIN ${GROUP} USING (node)
     WHERE r.labels ->> 'device' <> 'lo'
     GROUP BY 1, 2 ORDER BY 1, 2`)))
    .withRow(new RowBuilder('Capacity'))
    .withPanel(list('Capacity', 'What the machines have, and how much of it is used at the end of the time range.', { 'Memory': 'bytes', 'Disks': 'bytes', 'Disks available': 'bytes' }, table(`
    SELECT c.node, c.cpus AS "CPUs", t.value AS "Memory", 1 - a.value / t.value AS "Memory used",
           d.size AS "Disks", d.available AS "Disks available", d.fullest AS "Fullest disk"
      FROM (SELECT node, count(DISTINCT labels ->> 'cpu') AS cpus
              FROM prom.latest('node_cpu_seconds_total', at => $__timeTo(), nodes => ${NODES}, match => '{"mode": "idle"}') GROUP BY node) c
           LEFT JOIN prom.latest('node_memory_MemTotal_bytes', at => $__timeTo(), nodes => ${NODES}) t USING (node)
           LEFT JOIN prom.latest('node_memory_MemAvailable_bytes', at => $__timeTo(), nodes => ${NODES}) a USING (node)
           LEFT JOIN (SELECT s.node, sum(s.value) AS size, sum(f.value) AS available, max(1 - f.value / nullif(s.value, 0)) AS fullest
                        FROM prom.latest('node_filesystem_size_bytes', at => $__timeTo(), nodes => ${NODES}) s
                             JOIN prom.latest('node_filesystem_avail_bytes', at => $__timeTo(), nodes => ${NODES}) f USING (node, labels)
                       WHERE s.labels ->> 'fstype' NOT IN ('tmpfs', 'ramfs', 'devtmpfs', 'squashfs', 'overlay', 'iso9660', 'erofs', 'nsfs')
                       GROUP BY s.node) d USING (node)
     ORDER BY c.node`)).overrideByName('node', [nodeLink()]).overrideByName('Memory used', bar(0.85, 0.95)).overrideByName('Fullest disk', bar(0.85, 0.95)))
    .withPanel(list('Disks that become full', 'If they fill as in the last six hours: the fifty that are full first.', { 'Available': 'bytes', 'Per day': 'bytes', 'Full in': 's' }, table(`
    SELECT d.node, d.labels ->> 'mountpoint' AS "Mountpoint", a.value AS "Available", -86400 * d.value AS "Per day",
           a.value / -d.value AS "Full in"
      FROM prom.deriv('node_filesystem_avail_bytes', '6 hours', ${AT_END}, nodes => ${NODES}) d
           JOIN prom.latest('node_filesystem_avail_bytes', at => $__timeTo(), nodes => ${NODES}) a USING (node, labels)
     WHERE d.value < 0 AND d.labels ->> 'fstype' NOT IN ('tmpfs', 'ramfs', 'devtmpfs', 'squashfs', 'overlay', 'iso9660', 'erofs', 'nsfs')
     ORDER BY "Full in" LIMIT 50`)).overrideByName('node', [nodeLink()]))
    .withPanel(graph('Load', 'Mean of one minute, straight from the samples.', 'short', series(`
    SELECT $__timeGroupAlias(n.time, '$__interval'), n.node AS metric, avg(n.value) AS value
      FROM metric.node_load1 n
     WHERE $__timeFilter(n.time) AND ${CHOSEN}
     GROUP BY 1, 2 ORDER BY 1, 2`)))
    .withPanel(graph('Memory used', 'Share of the memory that is not available to programs.', PERCENT, series(`
    SELECT a.time, a.node AS metric, 1 - a.value / t.value AS value
      FROM prom.avg_over_time('node_memory_MemAvailable_bytes', ${OVER_TIME}, nodes => ${NODES}) a
           JOIN prom.latest('node_memory_MemTotal_bytes', at => $__timeTo(), nodes => ${NODES}) t USING (node)
     ORDER BY 1, 2`)).max(1))
    .withRow(new RowBuilder('Week over week'))
    .withPanel(list('CPU busy', 'Mean of an hour at the end of the time range, and of the same hour a week before.', { 'Now': PERCENT, 'A week before': PERCENT, 'Change': PERCENT }, table(`
    SELECT node, 1 - avg(n.value) AS "Now", 1 - avg(w.value) AS "A week before", avg(w.value) - avg(n.value) AS "Change"
      FROM prom.rate('node_cpu_seconds_total', '1 hour', ${AT_END}, nodes => ${NODES}, match => '{"mode": "idle"}') n
           JOIN prom.rate('node_cpu_seconds_total', '1 hour', ${WEEK_BEFORE}, nodes => ${NODES}, match => '{"mode": "idle"}') w USING (node, labels)
     GROUP BY node ORDER BY "Change" DESC`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('Disks', 'Used space at the end of the time range, and a week before.', { 'Used': 'bytes', 'A week before': 'bytes', 'Growth': 'bytes' }, table(`
    SELECT n.node, n.labels ->> 'mountpoint' AS "Mountpoint", s.value - n.value AS "Used", s.value - w.value AS "A week before", w.value - n.value AS "Growth"
      FROM prom.latest('node_filesystem_avail_bytes', at => $__timeTo(), nodes => ${NODES}) n
           JOIN prom.latest('node_filesystem_avail_bytes', at => $__timeTo()::timestamptz - interval '7 days', nodes => ${NODES}) w USING (node, labels)
           JOIN prom.latest('node_filesystem_size_bytes', at => $__timeTo(), nodes => ${NODES}) s USING (node, labels)
     ORDER BY "Growth" DESC LIMIT 100`)).overrideByName('node', [nodeLink()]))
    .withRow(new RowBuilder('Within the time range'))
    .withPanel(list('Availability', 'Share of the scrapes of each target that succeeded.', { 'Available': PERCENT }, table(`
    SELECT node, labels ->> 'job' AS "Job", labels ->> 'instance' AS "Target", value AS "Available"
      FROM prom.avg_over_time('up', ${WHOLE}, ${AT_END}, nodes => ${NODES})
     ORDER BY value, node`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('Traffic', 'Received and sent within the time range, without the loopback interface.', { 'Received': 'bytes', 'Sent': 'bytes' }, table(`
    SELECT node, sum(r.value) AS "Received", sum(t.value) AS "Sent"
      FROM prom.increase('node_network_receive_bytes_total', ${WHOLE}, ${AT_END}, nodes => ${NODES}) r
           JOIN prom.increase('node_network_transmit_bytes_total', ${WHOLE}, ${AT_END}, nodes => ${NODES}) t USING (node, labels)
     WHERE r.labels ->> 'device' <> 'lo'
     GROUP BY node ORDER BY 2 DESC`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('Reboots', 'Nodes that were started within the time range.', {}, table(`
    SELECT c.node, c.value AS "Reboots", to_timestamp(b.value) AS "Last boot"
      FROM prom.changes('node_boot_time_seconds', ${WHOLE}, ${AT_END}, nodes => ${NODES}) c
           JOIN prom.last_over_time('node_boot_time_seconds', ${WHOLE}, ${AT_END}, nodes => ${NODES}) b USING (node, labels)
     WHERE c.value > 0
     ORDER BY 3 DESC`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('What happened', 'Notes, maintenance, changes of credentials, sessions of desktops.', {}, table(`
    SELECT n.time AS "Time", n.node, n.kind AS "Kind", n.who AS "Who", n.text AS "Text"
      FROM fleet.annotation n
     WHERE $__timeFilter(n.time) AND n.kind <> 'storage' AND (n.node IS NULL OR ${CHOSEN})
     ORDER BY n.time DESC LIMIT 200`)).overrideByName('node', [nodeLink()]))
    .withRow(new RowBuilder('Nodes and Harvester'))
    .withPanel(list('Silent nodes', 'Have not written for five minutes; without those that are disabled or revoked.', { 'Silent for': 's' }, table(`
    SELECT n.node, n.last_seen AS "Last seen", extract(epoch FROM n.silent_for) AS "Silent for", n.tags::text AS "Tags"
      FROM fleet.silent() n
     WHERE ${CHOSEN}`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('Versions', 'Senders, exporters and systems of the nodes.', {}, table(`
    SELECT n.agent AS "Sender", n.exporter AS "Exporter", n.os AS "System", n.kernel AS "Kernel", count(*) AS "Nodes"
      FROM fleet.node n
     WHERE ${CHOSEN}
     GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC`)))
    .withPanel(list('Quotas and rejections', 'Use of the quota of which a node uses most, and what was rejected.', { 'Quota used': PERCENT, 'Clock ahead': 's', 'Lag': 's' }, table(`
    SELECT n.node, n.active_series AS "Series", n.samples_per_second AS "Samples per second", n.quota_use AS "Quota used",
           extract(epoch FROM n.lag) AS "Lag", extract(epoch FROM n.clock_skew) AS "Clock ahead",
           n.rejections AS "Rejections", n.last_rejection AS "Last reason"
      FROM fleet.node n
     WHERE ${CHOSEN}
     ORDER BY n.rejections DESC, n.node`)).overrideByName('node', [nodeLink()]))
    .withPanel(list('Largest metrics', 'Series of each metric, of all nodes.', {}, table(`
    SELECT m.name AS "Metric", m.type AS "Type", count(*) AS "Series", count(DISTINCT s.node_id) AS "Nodes"
      FROM harvester.metric m JOIN harvester.series s USING (metric_id)
     GROUP BY m.metric_id, m.name, m.type ORDER BY 3 DESC LIMIT 50`)))
    .build();
}
