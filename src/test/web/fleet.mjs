// SPDX-License-Identifier: Apache-2.0
// A fleet that does not exist: what node_exporter would send of it.
import {write} from './remote_write.mjs';

const GIB = 2 ** 30;
const SITES = ['berlin', 'lyon', 'oslo', 'porto'];
const RELEASES = ['6.1.0-28-amd64', '6.12.41+deb13-amd64', '6.8.0-51-generic'];
const NODES_PER_REQUEST = 50;

/** A number in [0, 1) that depends on its arguments only. */
function noise(...seeds) {
  let hash = 2166136261;
  for (const seed of seeds) hash = Math.imul(hash ^ seed, 16777619) ^ (hash >>> 15);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

export function name(node) {
  return `lab-${String(node).padStart(4, '0')}`;
}

/** The series of a node, with samples at these times, ms. Few names take part in a fleet of thousands. */
export function seriesOf(node, times) {
  const site = SITES[node % SITES.length];
  const base = {node: name(node), site, job: 'node', instance: 'localhost:9100'};
  const cores = 2 + 2 * (node % 3);
  const busy = noise(node, 1) ** 3;
  const all = [];
  const add = (metric, labels, value) =>
    all.push({
      labels: {...base, __name__: metric, ...labels},
      samples: times.map((time) => [time, value(time / 1000)]),
    });
  const wave = (t) => busy * (1 + 0.5 * Math.sin(t / 500 + node) + 0.4 * (noise(node, Math.floor(t / 60)) - 0.5));
  // Integrals, so that their rate is the wave.
  const counted = (t, of) => of * (busy * t - busy * 250 * Math.cos(t / 500 + node));
  for (let cpu = 0; cpu < cores; cpu++) {
    const user = (t) => counted(t, 0.5);
    add('node_cpu_seconds_total', {cpu: String(cpu), mode: 'user'}, user);
    add('node_cpu_seconds_total', {cpu: String(cpu), mode: 'system'}, (t) => user(t) / 4);
    add('node_cpu_seconds_total', {cpu: String(cpu), mode: 'iowait'}, (t) => user(t) / 20);
    add('node_cpu_seconds_total', {cpu: String(cpu), mode: 'idle'}, (t) => t - 1.3 * user(t));
  }
  const memory = 2 ** (2 + (node % 5)) * GIB;
  add('node_memory_MemTotal_bytes', {}, () => memory);
  add('node_memory_MemAvailable_bytes', {}, (t) => memory * (0.9 - 0.7 * noise(node, 2) - 0.1 * Math.min(1, wave(t))));
  for (const [mountpoint, size, seed] of [['/', 60 * GIB, 3], ['/srv', 900 * GIB, 4]]) {
    const labels = {mountpoint, device: `/dev/vda${seed}`, fstype: 'ext4'};
    const used = node % 97 === 5 && seed === 3 ? 0.97 : 0.85 * noise(node, seed);
    add('node_filesystem_size_bytes', labels, () => size);
    add('node_filesystem_avail_bytes', labels, (t) => size * (1 - used - 0.01 * ((t / 3600) % 1)));
  }
  add('node_network_receive_bytes_total', {device: 'eth0'}, (t) => counted(t, 4e6) + 2e3 * t);
  add('node_network_transmit_bytes_total', {device: 'eth0'}, (t) => counted(t, 1e6) + 1e3 * t);
  add('node_disk_io_time_seconds_total', {device: 'vda'}, (t) => counted(t, 0.3));
  add('node_load1', {}, (t) => cores * wave(t));
  add('node_load5', {}, (t) => cores * wave(t - 120));
  add('node_load15', {}, (t) => cores * wave(t - 400));
  add('node_uname_info', {sysname: 'Linux', release: RELEASES[node % 3], machine: 'x86_64', nodename: name(node)}, () => 1);
  add('node_os_info', {pretty_name: 'Debian GNU/Linux 13 (trixie)', id: 'debian'}, () => 1);
  add('node_exporter_build_info', {version: node % 4 ? '1.9.1' : '1.8.2'}, () => 1);
  add('prometheus_build_info', {version: '3.5.3'}, () => 1);
  if (node < 20) details(node, add, wave);
  return all;
}

/** What only some machines export. */
function details(node, add, wave) {
  add('harvester_remote_desktop_info', {url: `https://${name(node)}.example.org:6082/`}, () => 1);
  add('node_hwmon_temp_celsius', {chip: 'platform_coretemp_0', sensor: 'temp1'}, (t) => 41 + 30 * Math.min(1, wave(t)));
  for (const unit of ['ssh.service', 'nginx.service'])
    for (const state of ['active', 'failed']) {
      const failed = unit === 'nginx.service' && node % 2 === 1;
      add('node_systemd_unit_state', {name: unit, state, type: 'simple'}, () => Number((state === 'failed') === failed));
    }
}

/** Sends nodes [from, to) at these times. */
export async function send(base, from, to, times, token = '') {
  const requests = [];
  for (let first = from; first < to; first += NODES_PER_REQUEST) requests.push(first);
  await Promise.all(
    [0, 1, 2, 3].map(async () => {
      for (let first = requests.shift(); first !== undefined; first = requests.shift()) {
        const series = [];
        for (let node = first; node < Math.min(to, first + NODES_PER_REQUEST); node++) {
          series.push(...seriesOf(node, times));
        }
        await write(base, series, token);
      }
    }),
  );
}

/** Times that end now. */
export function lastMinutes(minutes, stepSeconds) {
  const now = Math.floor(Date.now() / 1000);
  const times = [];
  for (let t = now - minutes * 60; t <= now; t += stepSeconds) times.push(t * 1000);
  return times;
}

// By itself: node fleet.mjs http://127.0.0.1:9201 2000 60, for a look at the page.
if (process.argv[1].endsWith('fleet.mjs')) {
  const [base, nodes, minutes] = process.argv.slice(2);
  const begun = Date.now();
  const times = lastMinutes(Number(minutes), 60);
  for (let at = 0; at < times.length; at += 10) {
    await send(base, 0, Number(nodes), times.slice(at, at + 10));
    console.log(`${Math.min(at + 10, times.length)} of ${times.length} ticks, ${Date.now() - begun} ms`);
  }
  for (;;) { // all but the last ten, which have fallen silent
    await new Promise((done) => setTimeout(done, 15000));
    await send(base, 0, Number(nodes) - 10, [Date.now()]).catch((e) => console.log(e.message));
  }
}
