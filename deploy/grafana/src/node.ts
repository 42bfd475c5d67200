// SPDX-License-Identifier: Apache-2.0
import { type Dashboard, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { bar, columns, dashboard, graph, list, stack, stat } from './panels.js';
import { DISKS } from './selectors.js';
import { annotations, instant, labelValues, range, rows } from './sources.js';

const NODE = 'node="$node"';
const NIC = `${NODE},device=~"$nic",device!="lo"`;
const DISK = `${NODE},device=~"$disk"`;
const FILES = `${NODE},${DISKS}`;
const BUSY = `1 - avg(rate(node_cpu_seconds_total{mode="idle",${NODE}}[$__rate_interval]))`;

function perSecond(metric: string, selector: string): string {
  return `rate(${metric}{${selector}}[$__rate_interval])`;
}

function memory(part: string): string {
  return `node_memory_${part}_bytes{${NODE}}`;
}

function devices(name: string, label: string, description: string, selector: string) {
  return labelValues(name, label, description, selector, 'device').multi(true).includeAll(true).allValue('.+').current({ text: 'All', value: '$__all' });
}

export function node(): Dashboard {
  return dashboard('harvester-node', 'Node', 'One machine: CPU, memory, disks, network, temperatures, failed units, and what was done to it.', 1)
    .withVariable(labelValues('node', 'Node', 'The external label node of its Prometheus.', 'node_uname_info', 'node'))
    .withVariable(devices('disk', 'Disk', 'Block devices of the node.', 'node_disk_io_time_seconds_total{node="$node"}'))
    .withVariable(devices('nic', 'Interface', 'Network interfaces, without loopback.', 'node_network_receive_bytes_total{node="$node",device!="lo"}'))
    .annotation(annotations('Notes and maintenance', 'blue', "kind IN ('note', 'maintenance') AND (node IS NULL OR node = ${node:sqlstring})"))
    .annotation(annotations('Credentials and desktop sessions', 'purple', "kind IN ('access', 'desktop') AND node = ${node:sqlstring}"))
    .withRow(new RowBuilder('Now'))
    .withPanel(stat('Newest sample', 'Age of the newest sample at the end of the time range.', 's', instant(`time() - max(timestamp(up{${NODE}}))`), 60, 300))
    .withPanel(stat('Uptime', 'Time since the last boot.', 's', instant(`max(time() - node_boot_time_seconds{${NODE}})`)))
    .withPanel(stat('CPU busy', 'Mean of all CPUs of the machine.', 'percentunit', instant(BUSY), 0.8, 0.95))
    .withPanel(stat('Memory used', 'Share of the memory that is not available to programs.', 'percentunit', instant(`1 - sum(${memory('MemAvailable')}) / sum(${memory('MemTotal')})`), 0.85, 0.95))
    .withPanel(stat('Fullest disk', 'Share of the fullest file system that is used.', 'percentunit', instant(`max(1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}})`), 0.85, 0.95))
    .withPanel(stat('Load per CPU', 'Mean load of five minutes divided by the number of CPUs. Above 1, processes wait.', 'short', instant(`sum(node_load5{${NODE}}) / count(node_cpu_seconds_total{mode="idle",${NODE}})`), 1, 2))
    .withPanel(stat('Failed units', 'Units of systemd in the state failed. The collector systemd of node_exporter exports them.', 'short', instant(`sum(node_systemd_unit_state{state="failed",${NODE}}) or vector(0)`), 1, 5))
    .withPanel(stat('Clock offset', "Difference between the machine's clock and its time server.", 's', instant(`max(abs(node_timex_offset_seconds{${NODE}}))`), 0.1, 1))
    .withRow(new RowBuilder('CPU and memory'))
    .withPanel(stack('CPU by mode', 'CPU seconds per second of all CPUs together, without idle. The line is the number of CPUs.', 'short', range(`sum by (mode) (${perSecond('node_cpu_seconds_total', `mode!="idle",${NODE}`)})`, '{{mode}}'), range(`count(node_cpu_seconds_total{mode="idle",${NODE}})`, 'CPUs'))
      .overrideByName('CPUs', [{ id: 'custom.stacking', value: { mode: 'none' } }, { id: 'custom.fillOpacity', value: 0 }, { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } }]))
    .withPanel(graph('CPU busy, each CPU', 'One CPU at 100 % is a program with one thread.', 'percentunit', range(`1 - sum by (cpu) (${perSecond('node_cpu_seconds_total', `mode="idle",${NODE}`)})`, 'CPU {{cpu}}')).max(1))
    .withPanel(stack('Memory', 'What the memory is used for. Buffers and page cache are given up when programs need memory.', 'bytes',
      range(`${memory('MemTotal')} - ${memory('MemFree')} - ${memory('Buffers')} - ${memory('Cached')} - ${memory('SReclaimable')}`, 'programs and kernel'),
      range(`${memory('Cached')} + ${memory('SReclaimable')}`, 'page cache'), range(memory('Buffers'), 'buffers'), range(memory('MemFree'), 'free')))
    .withPanel(graph('Swap', 'Used swap space, and pages that are read from and written to it.', 'bytes', range(`${memory('SwapTotal')} - ${memory('SwapFree')}`, 'used'),
      range(perSecond('node_vmstat_pswpin', NODE), 'pages read'), range(perSecond('node_vmstat_pswpout', NODE), 'pages written'))
      .overrideByRegexp('pages.*', [{ id: 'unit', value: 'cps' }, { id: 'custom.axisPlacement', value: 'right' }]))
    .withPanel(graph('Load', 'Mean number of processes that run or wait for a CPU or a disk.', 'short', range(`node_load1{${NODE}}`, '1 minute'), range(`node_load5{${NODE}}`, '5 minutes'), range(`node_load15{${NODE}}`, '15 minutes'), range(`count(node_cpu_seconds_total{mode="idle",${NODE}})`, 'CPUs')))
    .withPanel(graph('Waiting for CPU, memory, disk', 'Pressure stall information: share of the time in which some process waited. Kernels export it from 4.20 on.', 'percentunit',
      range(perSecond('node_pressure_cpu_waiting_seconds_total', NODE), 'CPU'), range(perSecond('node_pressure_memory_waiting_seconds_total', NODE), 'memory'), range(perSecond('node_pressure_io_waiting_seconds_total', NODE), 'disk')))
    .withRow(new RowBuilder('Disks'))
    .withPanel(graph('File systems', 'Share that is used, as programs of normal users see it.', 'percentunit', range(`1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}}`, '{{mountpoint}}')).max(1))
    .withPanel(columns(list('Space', 'As it is at the end of the time range. In 24 hours: the used share, if it grows as in the last six hours.', { 'Size': 'bytes', 'Available': 'bytes', 'In 24 hours': 'percentunit' },
      rows(`sum by (mountpoint, fstype) (node_filesystem_size_bytes{${FILES}})`).refId('A'), rows(`sum by (mountpoint, fstype) (node_filesystem_avail_bytes{${FILES}})`).refId('B'),
      rows(`max by (mountpoint, fstype) (1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}})`).refId('C'),
      rows(`max by (mountpoint, fstype) (1 - predict_linear(node_filesystem_avail_bytes{${FILES}}[6h], 86400) / node_filesystem_size_bytes{${FILES}})`).refId('D'))
      .height(8).overrideByName('Used', bar(0.85, 0.95)), { 'Value #A': 'Size', 'Value #B': 'Available', 'Value #C': 'Used', 'Value #D': 'In 24 hours' }))
    .withPanel(graph('Disks busy', 'Share of the time in which the disk works on at least one request. An SSD or RAID takes more at 100 %.', 'percentunit', range(perSecond('node_disk_io_time_seconds_total', DISK), '{{device}}')).max(1))
    .withPanel(graph('Disk throughput', 'Reads are above zero, writes below.', 'Bps', range(perSecond('node_disk_read_bytes_total', DISK), '{{device}} read'), range(`-${perSecond('node_disk_written_bytes_total', DISK)}`, '{{device}} written')))
    .withPanel(graph('Disk requests', 'Reads are above zero, writes below.', 'iops', range(perSecond('node_disk_reads_completed_total', DISK), '{{device}} reads'), range(`-${perSecond('node_disk_writes_completed_total', DISK)}`, '{{device}} writes')))
    .withPanel(graph('Time per disk request', 'Mean time from the request to its end, waiting included.', 's',
      range(`${perSecond('node_disk_read_time_seconds_total', DISK)} / ${perSecond('node_disk_reads_completed_total', DISK)}`, '{{device}} read'),
      range(`${perSecond('node_disk_write_time_seconds_total', DISK)} / ${perSecond('node_disk_writes_completed_total', DISK)}`, '{{device}} write')))
    .withRow(new RowBuilder('Network'))
    .withPanel(graph('Traffic', 'Received is above zero, sent below.', 'Bps', range(perSecond('node_network_receive_bytes_total', NIC), '{{device}} received'), range(`-${perSecond('node_network_transmit_bytes_total', NIC)}`, '{{device}} sent')))
    .withPanel(graph('Errors and drops', 'Packets that were damaged or dropped.', 'pps',
      ...['receive_errs', 'transmit_errs', 'receive_drop', 'transmit_drop'].map((kind) => range(perSecond(`node_network_${kind}_total`, NIC), `{{device}} ${kind.replace('_', ' ').replace('errs', 'errors').replace(/drop$/, 'drops')}`))))
    .withPanel(graph('TCP', 'Connections, and segments that were sent again.', 'short', range(`node_netstat_Tcp_CurrEstab{${NODE}}`, 'connections'), range(perSecond('node_netstat_Tcp_RetransSegs', NODE), 'segments sent again, per second')))
    .withPanel(graph('Open files', 'Open file descriptors of all processes, and their limit.', 'short', range(`node_filefd_allocated{${NODE}}`, 'open')))
    .withRow(new RowBuilder('Machine'))
    .withPanel(graph('Temperatures', 'Sensors of the mainboard, CPUs and disks. Virtual machines have none.', 'celsius', range(`node_hwmon_temp_celsius{${NODE}}`, '{{chip}} {{sensor}}')))
    .withPanel(graph('Units by state', 'Units of systemd that failed, or are being started. The collector systemd of node_exporter exports them.', 'short', range(`sum by (state) (node_systemd_unit_state{state=~"failed|activating",${NODE}})`, '{{state}}')).min(0).decimals(0))
    .withPanel(columns(list('Failed units', 'Units of systemd in the state failed at the end of the time range.', {}, rows(`group by (name, type) (node_systemd_unit_state{state="failed",${NODE}} == 1)`)), {}, ['Value']))
    .withPanel(columns(list('System', 'Kernel and operating system.', {}, rows(`group by (nodename, release, machine) (node_uname_info{${NODE}})`).refId('A'), rows(`group by (pretty_name) (node_os_info{${NODE}})`).refId('B'), rows(`group by (version) (node_exporter_build_info{${NODE}})`).refId('C')),
      { nodename: 'Host name', release: 'Kernel', machine: 'Hardware', pretty_name: 'System', version: 'node_exporter' }, ['Value', 'Value #A', 'Value #B', 'Value #C']))
    .withPanel(graph('Targets', 'Whether the Prometheus of the machine can scrape its targets: 1 yes, 0 no.', 'short', range(`up{${NODE}}`, '{{job}} {{instance}}')).min(0).max(1).decimals(0))
    .withPanel(graph('Clock offset', "Difference between the machine's clock and its time server.", 's', range(`node_timex_offset_seconds{${NODE}}`, 'offset')))
    .build();
}
