// SPDX-License-Identifier: Apache-2.0
import type {ComponentChildren} from 'preact';
import {useEffect, useMemo, useState} from 'preact/hooks';
import {Administration} from './admin';
import {type Annotation, get, type NodeDetails, query, quoted, Refused, type Series} from './api';
import {concern, stateOf} from './attention';
import {Chart, type ChartData, type Line} from './chart';
import {color, modeColor, scheme} from './colors';
import {isWeb, useMedia} from './fleet';
import {bytes, bytesPerSecond, number, percent, short, span, when} from './format';
import {RangePicker, type Range, rangeOf, stepOf, zoomTo} from './range';
import {href, type Route} from './router';
import {useFleet} from './store';

const REFRESH_MILLIS = 15_000;
const MAX_LINES = 10;

/** A graph: an expression, and how its series become lines. */
interface Graph {
  key: string;
  title: string;
  expr: (node: string, window: string) => string;
  line: (series: Series, index: number) => Omit<Line, 'values'>;
  format: (value: number) => string;
  max?: number;
  binary?: boolean;
  /** Left out where it has no data. */
  optional?: boolean;
}

const FILE_SYSTEMS =
  'fstype!~"(autofs|devtmpfs|efivarfs|iso9660|nsfs|overlay|ramfs|rootfs|squashfs|tmpfs|fuse\\\\..*)"';
const DEVICES = 'device!~"(lo|veth|docker|br-|virbr|cni|flannel|cali|tap|tun|wg|lxc|vnet|podman|ifb).*"';

const as = (name: string, expr: string) => `label_replace(${expr}, "line", "${name}", "", "")`;
const named = (series: Series) => series.metric.line ?? '';
const by = (label: string) => (series: Series, index: number) => ({name: series.metric[label] ?? '', color: color(index)});
const fraction = (value: number) => percent(value, value === 0 || value >= 0.1 ? 0 : value >= 0.01 ? 1 : 2);

const GRAPHS: Graph[] = [
  {
    key: 'cpu',
    title: 'CPU by mode',
    expr: (n, w) => `avg by (mode) (rate(node_cpu_seconds_total{${n},mode!="idle"}[${w}]))`,
    line: (s, i) => ({name: s.metric.mode, color: modeColor(s.metric.mode, i), stacked: true}),
    format: fraction,
    max: 1,
  },
  {
    key: 'memory',
    title: 'Memory',
    expr: (n) =>
      [
        as('1 used', `max(node_memory_MemTotal_bytes{${n}} - node_memory_MemAvailable_bytes{${n}})`),
        as('2 swap', `max(node_memory_SwapTotal_bytes{${n}} - node_memory_SwapFree_bytes{${n}})`),
        as('3 total', `max(node_memory_MemTotal_bytes{${n}})`),
      ].join(' or '),
    line: (s, i) => ({name: named(s).slice(2), color: color(i), filled: named(s).includes('used'), dashed: named(s).includes('total')}),
    format: bytes,
    binary: true,
  },
  {
    key: 'disk',
    title: 'Disks used',
    expr: (n) =>
      `max by (mountpoint) (1 - node_filesystem_avail_bytes{${n},${FILE_SYSTEMS}} / node_filesystem_size_bytes{${n},${FILE_SYSTEMS}})`,
    line: by('mountpoint'),
    format: fraction,
    max: 1,
  },
  {
    key: 'busy',
    title: 'Disks busy',
    expr: (n, w) => `sum by (device) (rate(node_disk_io_time_seconds_total{${n},device!~"(loop|ram|sr|zram).*"}[${w}]))`,
    line: by('device'),
    format: fraction,
  },
  {
    key: 'network',
    title: 'Network: in above, out below',
    expr: (n, w) =>
      [
        as('in', `sum by (device) (rate(node_network_receive_bytes_total{${n},${DEVICES}}[${w}]))`),
        as('out', `-sum by (device) (rate(node_network_transmit_bytes_total{${n},${DEVICES}}[${w}]))`),
      ].join(' or '),
    line: (s, i) => ({name: `${s.metric.device} ${named(s)}`, color: color(i), filled: true}),
    format: (value) => bytesPerSecond(Math.abs(value)),
  },
  {
    key: 'load',
    title: 'Load',
    expr: (n) =>
      [
        as('1 1 min', `max(node_load1{${n}})`),
        as('2 5 min', `max(node_load5{${n}})`),
        as('3 15 min', `max(node_load15{${n}})`),
        as('4 cores', `count(node_cpu_seconds_total{${n},mode="idle"})`),
      ].join(' or '),
    line: (s, i) => ({name: named(s).slice(2), color: color(i), dashed: named(s).endsWith('cores')}),
    format: (value) => short(value),
  },
  {
    key: 'temperature',
    title: 'Temperature',
    expr: (n) => `topk(${MAX_LINES}, max by (chip, sensor) (node_hwmon_temp_celsius{${n}}))`,
    line: (s, i) => ({name: `${s.metric.chip} ${s.metric.sensor}`, color: color(i)}),
    format: (value) => `${value.toFixed(0)} °C`,
    optional: true,
  },
];

export function Node({route}: {route: Route}) {
  const name = route.argument;
  const state = useFleet();
  const dark = useMedia('(prefers-color-scheme: dark)');
  const now = useClock(REFRESH_MILLIS);
  const range = useMemo(() => rangeOf(route.params, now), [route.params, now]);
  const label = state.fleet?.nodeLabel;
  const interval = state.vitals?.nodes[name]?.interval ?? 15;
  const graphs = useGraphs(name, label, range, interval);
  const {details, error} = useDetails(name, range);
  const failed = useFailedUnits(name, label, now);
  const node = state.fleet?.nodes.find((one) => one.node === name);

  if (error?.status === 404)
    return (
      <p class="plain">
        {error.message}. <a href={href('fleet')}>All nodes</a>
      </p>
    );
  const annotations = details?.annotations ?? NO_ANNOTATIONS;
  const worst = node && concern(node, state.vitals?.nodes[name]);
  return (
    <>
      <div class="title">
        <h1>{name}</h1>
        {node && <span class={`badge ${worst!.level}`}>{worst!.words}</span>}
        {node?.silentFor !== undefined && <span class="muted">last seen {span(node.silentFor + (performance.now() - state.arrived) / 1000)} ago</span>}
        {node?.desktop && isWeb(node.desktop) && (
          <a class="button" href={node.desktop} target="_blank" rel="noopener noreferrer">
            Open desktop
          </a>
        )}
      </div>
      <RangePicker range={range} />
      {graphs.problem && <p class="notice">{graphs.problem}</p>}
      {failed.length > 0 && (
        <p class="notice bad">
          Failed units: <b>{failed.join(', ')}</b>
        </p>
      )}
      <div class="charts">
        {GRAPHS.map((graph) => {
          const data = graphs.data[graph.key];
          if (graph.optional && (!data || data.lines.length === 0)) return null;
          return (
            <Chart
              key={graph.key}
              title={graph.title}
              data={data}
              range={[range.from, range.to]}
              format={graph.format}
              max={graph.max}
              binary={graph.binary}
              annotations={annotations}
              onZoom={zoomTo}
              scheme={dark ? 'dark' : scheme()}
            />
          );
        })}
      </div>
      <div class="panels">
        {node && (
          <Panel title="Machine">
            <Facts
              facts={[
                ['State', node.state === 'late' ? 'late: a write is missing' : `${stateOf(node).words}${node.since ? ` since ${when(node.since)}` : ''}`],
                ['System', node.os],
                ['Kernel', node.kernel],
                ['Hardware', node.machine],
                ['Agent', node.agent],
                ['Exporter', node.exporter],
                ['Clock', node.clockSkew === undefined ? undefined : `${node.clockSkew > 0 ? 'at least ' : ''}${number(node.clockSkew)} s ${node.clockSkew > 0 ? 'ahead' : '(with delivery)'}`],
                ['First seen', when(details?.firstSeen)],
                ['Tags', pairs(node.tags)],
                ['Labels', pairs(node.labels)],
                ['Desktop', node.desktop && !isWeb(node.desktop) ? node.desktop : undefined],
              ]}
            />
          </Panel>
        )}
        {details && (
          <Panel title="Access and quota">
            <Facts
              facts={[
                ['Credential', credential(details)],
                ['Samples', `${number(details.samples)}${node?.samplesPerSecond !== undefined ? `, ${number(node.samplesPerSecond)} per second` : ''}`],
                ['Quota of samples', limit(node?.samplesPerSecond, details.quota.samplesPerSecond, 'per second')],
                ['Active series', limit(node?.series, details.quota.series, '')],
                ['New series', limit(details.quota.usedNewSeries, details.quota.newSeriesPerHour, 'per hour')],
                ['Body bytes', details.quota.bytesPerSecond === null ? 'no limit' : `at most ${bytes(details.quota.bytesPerSecond)} per second`],
              ]}
            />
          </Panel>
        )}
        {state.who?.admin && details && (
          <Panel title="Administration">
            <Administration name={name} disabled={node?.state === 'disabled'} tags={node?.tags ?? {}} />
          </Panel>
        )}
        {details && (
          <Panel title="Rejections">
            {details.rejections.length === 0 ? (
              <p class="muted">Nothing was rejected.</p>
            ) : (
              <ul class="list">
                {details.rejections.map((r) => (
                  <li key={`${r.metric} ${r.reason}`}>
                    <span class="muted">{when(r.at)}</span> <b>{r.reason}</b>: {number(r.count)} of {r.metric}
                    {r.example && <div class="example">{r.example}</div>}
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        )}
        {details && (
          <Panel title="What happened">
            {annotations.length === 0 ? (
              <p class="muted">Nothing is noted in this time.</p>
            ) : (
              <ul class="list">
                {[...annotations].reverse().map((a, i) => (
                  <li key={i}>
                    <span class="muted">
                      {when(a.time)}
                      {a.end !== null && a.end > a.time ? ` – ${when(a.end)}` : ''}
                    </span>{' '}
                    <span class="tag">{a.kind}</span> {a.text}
                    {a.who && <span class="muted"> · {a.who}</span>}
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        )}
      </div>
    </>
  );
}

const NO_ANNOTATIONS: Annotation[] = [];

function Panel({title, children}: {title: string; children: ComponentChildren}) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function Facts({facts}: {facts: [name: string, value: string | undefined][]}) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const pairs = (values: Record<string, string> | undefined): string =>
  Object.entries(values ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

function limit(used: number | null | undefined, most: number | null, unit: string): string {
  const of = most === null ? 'no limit' : `of ${number(most)} ${unit}`.trim();
  return used === null || used === undefined ? of : `${number(used)} ${of}`;
}

function credential(details: NodeDetails): string {
  const now = Date.now() / 1000;
  const valid = details.credentials.filter((one) => !one.revoked && (!one.expires || one.expires > now));
  if (details.credentials.length === 0) return 'none';
  if (valid.length === 0) return `none valid; the last one ended ${when(details.credentials[0].revoked ?? details.credentials[0].expires)}`;
  const ends = valid.map((one) => (one.expires ? `ends ${when(one.expires)}` : '')).filter(Boolean);
  return [`${valid.length} valid`, `newest of ${when(valid[0].created)}`, ...ends].join(', ');
}

/** Seconds, of late. */
export function useClock(millis: number): number {
  const [now, set] = useState(() => Math.floor(Date.now() / 1000));
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) set(Math.floor(Date.now() / 1000));
    }, millis);
    return () => clearInterval(timer);
  }, [millis]);
  return now;
}

interface Graphs {
  data: Record<string, ChartData>;
  problem: string;
}

function useGraphs(name: string, label: string | undefined, range: Range, interval: number): Graphs {
  const [graphs, set] = useState<Graphs>({data: {}, problem: ''});
  const step = stepOf(range);
  const to = Math.floor(range.to / step) * step;
  const from = Math.floor(range.from / step) * step;
  const window = `${Math.max(step, 4 * Math.ceil(interval))}s`;
  useEffect(() => set({data: {}, problem: ''}), [name]);
  useEffect(() => {
    if (!label) return;
    const abort = new AbortController();
    const node = `${label}=${quoted(name)}`;
    for (const graph of GRAPHS) {
      const params = {query: graph.expr(node, window), start: String(from), end: String(to), step: String(step)};
      query('query_range', params, abort.signal).then(
        (answer) => {
          const data = aligned(answer.data.result as Series[], from, to, step, graph.line);
          set((before) => ({data: {...before.data, [graph.key]: data}, problem: answer.warnings[0] ?? ''}));
        },
        (e) => {
          if (e instanceof Refused) set((before) => ({...before, problem: `${graph.title}: ${e.message}`}));
        },
      );
    }
    return () => abort.abort();
  }, [name, label, from, to, step, window]);
  return graphs;
}

/** One row of times for all series: where a series has no point, null. */
export function aligned(
  all: Series[],
  from: number,
  to: number,
  step: number,
  line: (series: Series, index: number) => Omit<Line, 'values'>,
): ChartData {
  const times: number[] = [];
  for (let t = from; t <= to; t += step) times.push(t);
  const lines = all.slice(0, 50).map((series, index) => {
    const values: (number | null)[] = new Array(times.length).fill(null);
    for (const [time, text] of series.values ?? []) {
      const value = Number(text);
      if (Number.isFinite(value)) values[Math.round((time - from) / step)] = value;
    }
    return {...line(series, index), values};
  });
  return {times, lines};
}

function useDetails(name: string, range: Range): {details?: NodeDetails; error?: Refused} {
  const [result, set] = useState<{details?: NodeDetails; error?: Refused}>({});
  useEffect(() => set({}), [name]);
  useEffect(() => {
    const abort = new AbortController();
    const params = new URLSearchParams({name, start: String(Math.floor(range.from)), end: String(Math.ceil(range.to))});
    get<NodeDetails>(`api/node?${params}`, abort.signal).then(
      (details) => set({details}),
      (e) => e instanceof Refused && set((before) => ({...before, error: e})),
    );
    return () => abort.abort();
  }, [name, range.from, range.to]);
  return result;
}

function useFailedUnits(name: string, label: string | undefined, now: number): string[] {
  const [units, set] = useState<string[]>([]);
  useEffect(() => {
    if (!label) return;
    const abort = new AbortController();
    query('query', {query: `node_systemd_unit_state{${label}=${quoted(name)},state="failed"} == 1`}, abort.signal).then(
      (answer) => set((answer.data.result as Series[]).map((series) => series.metric.name).sort()),
      () => undefined,
    );
    return () => abort.abort();
  }, [name, label, now]);
  return units;
}
