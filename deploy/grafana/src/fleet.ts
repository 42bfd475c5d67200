// SPDX-License-Identifier: Apache-2.0
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { bar, columns, dashboard, graph, list, nodeLink, stat } from './panels.js';
import { DISKS } from './selectors.js';
import { annotations, instant, labelValues, range, rows } from './sources.js';

const NODE = 'node=~"$node"';
const CPU = `1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle",${NODE}}[$__rate_interval]))`;
const MEMORY = `1 - sum by (node) (node_memory_MemAvailable_bytes{${NODE}}) / sum by (node) (node_memory_MemTotal_bytes{${NODE}})`;
const DISK = `max by (node) (1 - node_filesystem_avail_bytes{${DISKS},${NODE}} / node_filesystem_size_bytes{${DISKS},${NODE}})`;
const LOAD = `sum by (node) (node_load5{${NODE}}) / count by (node) (node_cpu_seconds_total{mode="idle",${NODE}})`;
const RECEIVED = `sum by (node) (rate(node_network_receive_bytes_total{device!="lo",${NODE}}[$__rate_interval]))`;
const SENT = `sum by (node) (rate(node_network_transmit_bytes_total{device!="lo",${NODE}}[$__rate_interval]))`;
const SILENT = `(group by (node) (present_over_time(up{${NODE}}[1d])) unless on (node) group by (node) (up{${NODE}}))`;

/** The distribution over the nodes: as many lines for 10,000 nodes as for ten. */
function distribution(expr: string) {
  return [range(`max(${expr})`, 'highest'), range(`quantile(0.95, ${expr})`, '95 % of the nodes are below'), range(`quantile(0.5, ${expr})`, 'median')];
}

export function fleet(): Dashboard {
  const nodes = list('Nodes', 'One row per node that writes, as it is at the end of the time range. A click on a name opens the dashboard Node.', {
    'Uptime': 's', 'Received': 'Bps', 'Sent': 'Bps', 'Load per CPU': 'short',
  }, rows(CPU).refId('A'), rows(MEMORY).refId('B'), rows(DISK).refId('C'), rows(LOAD).refId('D'), rows(RECEIVED).refId('E'), rows(SENT).refId('F'),
    rows(`max by (node) (time() - node_boot_time_seconds{${NODE}})`).refId('G'))
    .span(24)
    .height(14)
    .overrideByName('node', [nodeLink()])
    .overrideByName('CPU', bar(0.8, 0.95))
    .overrideByName('Memory', bar(0.85, 0.95))
    .overrideByName('Fullest disk', bar(0.85, 0.95));
  return dashboard('harvester-fleet', 'Fleet', 'All nodes at a glance: state, CPU, memory, disks, network.', 1)
    .withVariable(
      labelValues('node', 'Node', 'Nodes that write; the external label node of their Prometheus.', 'up', 'node').multi(true).includeAll(true).allValue('.+').current({ text: 'All', value: '$__all' }),
    )
    .annotation(annotations('Notes and maintenance', 'blue', "kind IN ('note', 'maintenance')"))
    .withRow(new RowBuilder('Now'))
    .withPanel(stat('Nodes', 'Nodes with a sample within five minutes.', 'short', instant(`count(group by (node) (up{${NODE}}))`)))
    .withPanel(stat('Silent', 'Nodes that wrote within a day, and have not written for five minutes.', 'short', instant(`count(${SILENT}) or vector(0)`), 1, 5))
    .withPanel(stat('Targets down', 'Targets that the Prometheus of their node cannot scrape.', 'short', instant(`count(up{${NODE}} == 0) or vector(0)`), 1, 5))
    .withPanel(stat('CPUs', 'CPUs of all nodes together.', 'short', instant(`count(node_cpu_seconds_total{mode="idle",${NODE}})`)))
    .withPanel(stat('CPU busy', 'Mean over all CPUs of all nodes.', 'percentunit', instant(`1 - avg(rate(node_cpu_seconds_total{mode="idle",${NODE}}[$__rate_interval]))`), 0.8, 0.95))
    .withPanel(stat('Memory used', 'Of the memory of all nodes together.', 'percentunit', instant(`1 - sum(node_memory_MemAvailable_bytes{${NODE}}) / sum(node_memory_MemTotal_bytes{${NODE}})`), 0.85, 0.95))
    .withPanel(stat('Nodes with a disk over 90 %', 'Nodes with a file system of which less than a tenth is available.', 'short', instant(`count(${DISK} > 0.9) or vector(0)`), 1, 5))
    .withPanel(stat('Failed units', 'Units of systemd in the state failed, on all nodes. The collector systemd of node_exporter exports them.', 'short', instant(`sum(node_systemd_unit_state{state="failed",${NODE}}) or vector(0)`), 1, 10))
    .withRow(new RowBuilder('Distribution over the nodes'))
    .withPanel(graph('CPU busy', 'Share of the time in which the CPUs of a node are not idle.', 'percentunit', ...distribution(CPU)).max(1))
    .withPanel(graph('Memory used', 'Share of the memory of a node that is not available to programs.', 'percentunit', ...distribution(MEMORY)).max(1))
    .withPanel(graph('Fullest disk', 'Share of the fullest file system of a node that is used.', 'percentunit', ...distribution(DISK)).max(1))
    .withPanel(graph('Load per CPU', 'Mean load of five minutes divided by the number of CPUs. Above 1, processes wait.', 'short', ...distribution(LOAD)))
    .withPanel(graph('Network', 'Traffic of all nodes together, without the loopback interface.', 'Bps', range(`sum(${RECEIVED})`, 'received'), range(`sum(${SENT})`, 'sent')))
    .withPanel(graph('Nodes that write', 'Nodes with a sample within the five minutes before.', 'short', range(`count(group by (node) (up{${NODE}}))`, 'nodes')))
    .withRow(new RowBuilder('Nodes'))
    .withPanel(
      columns(nodes, { 'Value #A': 'CPU', 'Value #B': 'Memory', 'Value #C': 'Fullest disk', 'Value #D': 'Load per CPU', 'Value #E': 'Received', 'Value #F': 'Sent', 'Value #G': 'Uptime' }),
    )
    .withPanel(columns(list('Silent nodes', 'Nodes that wrote within a day, and have not written for five minutes.', {}, rows(SILENT)).overrideByName('node', [nodeLink()]), {}, ['Value']))
    .withPanel(columns(list('Failed units', 'Units of systemd in the state failed.', {}, rows(`group by (node, name) (node_systemd_unit_state{state="failed",${NODE}} == 1)`)).overrideByName('node', [nodeLink()]), {}, ['Value']))
    .build();
}
