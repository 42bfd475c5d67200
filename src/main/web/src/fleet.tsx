// SPDX-License-Identifier: Apache-2.0
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {Enrol} from './admin';
import type {FleetNode, NodeVitals} from './api';
import {type Concern, concern, FULL, levelOf, stateOf} from './attention';
import {bytesPerSecond, percent, short, span} from './format';
import {current, href, type Route, setParams} from './router';
import {Sparkline} from './sparkline';
import {type State, useFleet} from './store';
import {VirtualTable} from './table';

const ROW = 36;
const NARROW_ROW = 74;
const NARROW = '(max-width: 720px)';
const ADDRESS_MILLIS = 200;

/** A node with what the list shows and sorts by. */
interface Entry {
  node: FleetNode;
  vitals: NodeVitals | undefined;
  concern: Concern;
  text: string;
}

interface Group {
  name: string;
  entries: Entry[];
}

type Item = {group: Group; closed: boolean} | {entry: Entry};

type Key = (entry: Entry) => number | string | undefined;

const KEYS: Record<string, Key> = {
  attention: (e) => e.concern.score,
  node: (e) => e.node.node,
  cpu: (e) => e.vitals?.cpu,
  memory: (e) => e.vitals?.memory,
  disk: (e) => e.vitals?.disk,
  network: (e) => (e.vitals?.received ?? 0) + (e.vitals?.sent ?? 0) || undefined,
  load: (e) => (e.vitals?.load === undefined ? undefined : e.vitals.load / (e.vitals.cores ?? 1)),
  seen: (e) => e.node.silentFor,
  version: (e) => version(e.node),
};

/** Texts rise, numbers fall, unless the header is pressed again. */
const RISING = new Set(['node', 'seen', 'version']);

const COLUMNS: [key: string, title: string][] = [
  ['node', 'Node'],
  ['cpu', 'CPU'],
  ['memory', 'Memory'],
  ['disk', 'Fullest disk'],
  ['network', 'Network'],
  ['load', 'Load'],
  ['seen', 'Last seen'],
  ['version', 'Agent'],
];

const FILTERS: [name: string, title: string, matches: (entry: Entry) => boolean][] = [
  ['', 'All', () => true],
  ['silent', 'Silent', (e) => e.node.state === 'silent' || e.node.state === 'late'],
  ['full', 'Full', (e) => (e.vitals?.disk ?? 0) >= FULL],
  ['attention', 'Attention', (e) => e.concern.score > 0],
  ['off', 'Off', (e) => e.concern.level === 'off'],
];

export function Fleet({route}: {route: Route}) {
  const state = useFleet();
  const entries = useEntries(state);
  const {params} = route;
  const [typed, type] = useTyped(params.get('q') ?? '');
  const search = useRef<HTMLInputElement>(null);
  useSlash(search);
  const narrow = useMedia(NARROW);
  const filter = FILTERS.find(([name]) => name === (params.get('show') ?? '')) ?? FILTERS[0];
  const sort = params.get('sort') ?? 'attention';
  const falling = (params.get('order') ?? (RISING.has(sort) ? 'rising' : 'falling')) === 'falling';
  const groupBy = params.get('group') ?? '';
  const closed = params.getAll('closed');

  const found = useMemo(() => matching(entries, typed), [entries, typed]);
  const items = useMemo(
    () => itemsOf(sorted(found.filter(filter[2]), sort, falling), groupBy, closed),
    [found, filter, sort, falling, groupBy, closed.join('\n')],
  );
  const nodes = items.reduce((sum, item) => sum + ('entry' in item ? 1 : 0), 0);

  if (!state.fleet) return <p class="plain">{state.error ? state.error.message : 'Loading the fleet …'}</p>;
  return (
    <>
      <div class="bar">
        <input
          ref={search}
          type="search"
          class="search"
          placeholder="Search  (/)"
          aria-label="Search nodes by name, tag, label, system or version"
          value={typed}
          onInput={(event) => type(event.currentTarget.value)}
        />
        <div class="chips" role="group" aria-label="Show">
          {FILTERS.map(([name, title, matches]) => {
            const count = found.filter(matches).length;
            return (
              <button
                type="button"
                key={name}
                class="chip"
                aria-pressed={name === filter[0]}
                onClick={() => setParams({show: name})}
              >
                {title} <span class="count">{count}</span>
              </button>
            );
          })}
        </div>
        <label class="select">
          Group by{' '}
          <select value={groupBy} onChange={(event) => setParams({group: event.currentTarget.value, closed: ''})}>
            <option value="">nothing</option>
            {groupings(entries).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="select narrow-only">
          Sort by{' '}
          <select value={sort} onChange={(event) => setParams({sort: event.currentTarget.value, order: ''})}>
            <option value="attention">attention</option>
            {COLUMNS.map(([key, title]) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {state.who?.admin && <Enrol />}
      </div>
      {state.vitals?.problem && <p class="notice">Some numbers are missing: {state.vitals.problem}</p>}
      <VirtualTable
        items={items}
        rowHeight={narrow ? NARROW_ROW : ROW}
        label={`Nodes: ${nodes}`}
        columns={COLUMNS.length}
        head={<Head sort={sort} falling={falling} />}
        row={(item, index) =>
          'entry' in item ? (
            <Row key={item.entry.node.node} entry={item.entry} index={index} elapsed={elapsed(state)} />
          ) : (
            <GroupRow key={`group ${item.group.name}`} group={item.group} closed={item.closed} index={index} all={closed} />
          )
        }
      />
      {items.length === 0 && <p class="plain">{entries.length === 0 ? <NoNodes /> : 'No node matches.'}</p>}
    </>
  );
}

function NoNodes() {
  return (
    <>
      No node has written yet. <code>deploy/harvester node add NAME</code> makes its token, or{' '}
      <code>deploy/install_harvester.sh</code> sets a machine up.
    </>
  );
}

const elapsed = (state: State) => (performance.now() - state.arrived) / 1000;

function useEntries(state: State): Entry[] {
  return useMemo(
    () =>
      (state.fleet?.nodes ?? []).map((node) => {
        const vitals = state.vitals?.nodes[node.node];
        const worst = concern(node, vitals);
        return {node, vitals, concern: worst, text: searchable(node, worst)};
      }),
    [state.fleet, state.vitals],
  );
}

function searchable(node: FleetNode, worst: Concern): string {
  const pairs = Object.entries({...node.labels, ...node.tags}).map(([key, value]) => `${key}=${value}`);
  return [node.node, worst.words, node.state, node.os, node.kernel, node.machine, node.agent, node.exporter, ...pairs]
    .join('\n')
    .toLowerCase();
}

/** Each word must be somewhere in what is known of a node. */
function matching(entries: Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? entries : entries.filter((entry) => words.every((word) => entry.text.includes(word)));
}

function sorted(entries: Entry[], sort: string, falling: boolean): Entry[] {
  const key = KEYS[sort] ?? KEYS.attention;
  const keyed = entries.map((entry) => ({entry, key: key(entry)}));
  const sign = falling ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
    const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    return sign * order || (a.entry.node.node < b.entry.node.node ? -1 : 1);
  });
  return keyed.map((one) => one.entry);
}

const FACTS: Record<string, (node: FleetNode) => string | undefined> = {
  state: (node) => stateOf(node).words,
  system: (node) => node.os,
  kernel: (node) => node.kernel,
  agent: (node) => node.agent,
};

/** What nodes can be grouped by: facts, and the keys of tags and labels. */
function groupings(entries: Entry[]): string[] {
  const keys = new Set<string>();
  for (const {node} of entries) {
    for (const key in node.tags) keys.add(key);
    for (const key in node.labels) keys.add(key);
  }
  return [...[...keys].sort().slice(0, 100), ...Object.keys(FACTS).filter((fact) => !keys.has(fact))];
}

function itemsOf(entries: Entry[], groupBy: string, closed: string[]): Item[] {
  if (!groupBy) return entries.map((entry) => ({entry}));
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const {node} = entry;
    const name = node.tags?.[groupBy] ?? node.labels?.[groupBy] ?? FACTS[groupBy]?.(node) ?? '';
    const known = groups.get(name);
    if (known) known.push(entry);
    else groups.set(name, [entry]);
  }
  const items: Item[] = [];
  for (const name of [...groups.keys()].sort((a, b) => Number(a === '') - Number(b === '') || (a < b ? -1 : 1))) {
    const group = {name, entries: groups.get(name)!};
    const isClosed = closed.includes(name);
    items.push({group, closed: isClosed});
    if (!isClosed) for (const entry of group.entries) items.push({entry});
  }
  return items;
}

function Head({sort, falling}: {sort: string; falling: boolean}) {
  return (
    <tr>
      {COLUMNS.map(([key, title]) => {
        const isSorted = key === sort;
        const press = () => {
          if (!isSorted) setParams({sort: key, order: ''});
          else if (falling === RISING.has(key)) setParams({sort: '', order: ''});
          else setParams({order: falling ? 'rising' : 'falling'});
        };
        return (
          <th key={key} class={key} scope="col" aria-sort={isSorted ? (falling ? 'descending' : 'ascending') : undefined}>
            <button type="button" class="sort" onClick={press}>
              {title}
              <span aria-hidden="true">{isSorted ? (falling ? ' ↓' : ' ↑') : ''}</span>
            </button>
          </th>
        );
      })}
    </tr>
  );
}

function Row({entry, index, elapsed}: {entry: Entry; index: number; elapsed: number}) {
  const {node, vitals: v} = entry;
  const notable = entry.concern.words !== stateOf(node).words;
  return (
    <tr data-index={index} aria-rowindex={index + 2}>
      <th scope="row" class="node">
        <span class={`dot ${entry.concern.level}`} aria-hidden="true" />
        <a href={href('node', node.node)}>{node.node}</a>
        <span class={`state ${entry.concern.level}`}>{notable ? entry.concern.words : node.state === 'up' ? '' : stateOf(node).words}</span>
        {node.desktop && isWeb(node.desktop) && (
          <a class="desktop" href={node.desktop} target="_blank" rel="noopener noreferrer" aria-label={`Desktop of ${node.node}`} title="Desktop">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <path d="M1.5 2.5h13v8.5h-13zM8 11v2.5M5 13.5h6" fill="none" stroke="currentColor" stroke-width="1.4" />
            </svg>
          </a>
        )}
      </th>
      <td class="cpu">
        <Amount label="CPU" text={percent(v?.cpu)} level={levelOf(v?.cpu)} />
        <Sparkline line={v?.cpuLine} />
      </td>
      <td class="memory">
        <Amount label="Mem" text={percent(v?.memory)} level={levelOf(v?.memory)} />
        <Sparkline line={v?.memoryLine} />
      </td>
      <td class="disk">
        <Amount label="Disk" text={percent(v?.disk)} level={levelOf(v?.disk)} />
        <Sparkline line={v?.diskLine} />
        <span class="mount">{v?.mount}</span>
      </td>
      <td class="network" title={v?.received === undefined ? undefined : `in ${bytesPerSecond(v.received)}, out ${bytesPerSecond(v.sent)}`}>
        <Amount label="Net" text={v?.received === undefined ? '–' : bytesPerSecond(v.received + (v.sent ?? 0))} level="" />
        <Sparkline line={v?.networkLine} />
      </td>
      <td class="load" title={v?.cores ? `${v.cores} cores` : undefined}>
        <Amount label="Load" text={short(v?.load)} level={v?.load && v.cores && v.load > 2 * v.cores ? 'warn' : ''} />
        <Sparkline line={v?.loadLine} />
      </td>
      <td class="seen">{node.silentFor === undefined ? 'never' : span(node.silentFor + elapsed)}</td>
      <td class="version">{version(node)}</td>
    </tr>
  );
}

/** The label is shown where there are no column headers. */
function Amount({label, text, level}: {label: string; text: string; level: string}) {
  return (
    <span class={`amount ${level}`}>
      <span class="narrow-only">{label} </span>
      {text}
    </span>
  );
}

function version(node: FleetNode): string | undefined {
  return node.agent ?? node.exporter;
}

export const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

function GroupRow({group, closed, index, all}: {group: Group; closed: boolean; index: number; all: string[]}) {
  const toggle = () => {
    const {params} = current();
    params.delete('closed');
    for (const name of closed ? all.filter((one) => one !== group.name) : [...all, group.name]) params.append('closed', name);
    location.hash = href('fleet', '', params);
  };
  const off = group.entries.filter((entry) => entry.concern.score > 0).length;
  const mean = (key: 'cpu' | 'memory') => {
    const values = group.entries.map((entry) => entry.vitals?.[key]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
  };
  return (
    <tr class="group" data-index={index} aria-rowindex={index + 2}>
      <th scope="rowgroup" colSpan={COLUMNS.length}>
        <button type="button" aria-expanded={!closed} onClick={toggle}>
          <span aria-hidden="true">{closed ? '▸' : '▾'}</span> {group.name || '(none)'}
        </button>
        <span class="summary">
          {group.entries.length} {group.entries.length === 1 ? 'node' : 'nodes'}
          {off > 0 && <span class="warn"> · {off} need attention</span>} · CPU {percent(mean('cpu'))} · memory {percent(mean('memory'))}
        </span>
      </th>
    </tr>
  );
}

export function useMedia(media: string): boolean {
  const [matches, set] = useState(() => matchMedia(media).matches);
  useEffect(() => {
    const list = matchMedia(media);
    const changed = () => set(list.matches);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [media]);
  return matches;
}

/** What is typed counts at once; the address follows, since browsers limit how often it may change. */
function useTyped(inAddress: string): [typed: string, type: (text: string) => void] {
  const [typed, set] = useState(inAddress);
  const written = useRef(inAddress);
  const timer = useRef(0);
  useEffect(() => {
    if (inAddress !== written.current) {
      written.current = inAddress;
      set(inAddress);
    }
  }, [inAddress]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    set(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      written.current = text;
      setParams({q: text}, true);
    }, ADDRESS_MILLIS);
  };
  return [typed, type];
}

/** The key / leads to the search. */
function useSlash(input: {current: HTMLInputElement | null}) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key === '/' && !/INPUT|SELECT|TEXTAREA/.test(target.tagName) && !target.isContentEditable) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
