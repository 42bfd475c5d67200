// SPDX-License-Identifier: Apache-2.0

/** A node as /api/fleet has it: docs/page.md. */
export interface FleetNode {
  node: string;
  state: 'up' | 'late' | 'silent' | 'never' | 'revoked' | 'disabled';
  silentFor?: number;
  since?: number;
  samplesPerSecond?: number;
  series?: number;
  agent?: string;
  exporter?: string;
  os?: string;
  kernel?: string;
  machine?: string;
  clockSkew?: number;
  quotaUse?: number;
  rejections?: number;
  lastRejection?: string;
  lastRejectionAt?: number;
  desktop?: string;
  tags?: Record<string, string>;
  labels?: Record<string, string>;
}

export interface NodeVitals {
  mount: string;
  cpu?: number;
  cpuLine?: string;
  memory?: number;
  memoryLine?: string;
  disk?: number;
  diskLine?: string;
  received?: number;
  sent?: number;
  networkLine?: string;
  networkTop?: number;
  load?: number;
  loadLine?: string;
  loadTop?: number;
  cores?: number;
  interval?: number;
}

export interface Vitals {
  time: number;
  last: number;
  step: number;
  problem: string;
  nodes: Record<string, NodeVitals>;
}

export interface Fleet {
  time: number;
  version: string;
  nodeLabel: string;
  restricted: boolean;
  nodes: FleetNode[];
  vitalsVersion: number;
  vitals?: Vitals;
}

export interface Annotation {
  time: number;
  end: number | null;
  all: boolean;
  kind: string;
  who: string | null;
  text: string;
}

export interface Rejection {
  node?: string;
  metric: string;
  reason: string;
  count: number;
  example: string | null;
  at: number;
}

export interface NodeDetails {
  node: string;
  firstSeen: number;
  samples: number;
  credentials: {created: number; expires: number | null; revoked: number | null}[];
  quota: {
    series: number | null;
    newSeriesPerHour: number | null;
    samplesPerSecond: number | null;
    bytesPerSecond: number | null;
    usedNewSeries: number | null;
  };
  rejections: Rejection[];
  annotations: Annotation[];
}

export interface Aggregator {
  time: number;
  metrics: string;
  database: {
    name: string;
    server: string;
    bytes: number;
    nodes: number;
    samples: number;
    rejections: Rejection[];
    conflicts: {node: string; metric: string; count: number; at: number}[];
    maintenance: {chunk: string; step: string; note: string | null; start: number; end: number | null}[];
  };
}

export interface Series {
  metric: Record<string, string>;
  values?: [number, string][];
  value?: [number, string];
}

export interface QueryData {
  resultType: 'matrix' | 'vector' | 'scalar' | 'string';
  result: Series[] | [number, string];
}

export interface QueryAnswer {
  data: QueryData;
  warnings: string[];
  infos: string[];
}

/** An answer that is an error. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Who is asking: /api/session. */
export interface Who {
  by: 'session' | 'proxy' | 'token' | 'nothing';
  name?: string;
  admin?: boolean;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  // Without this header, a browser would ask for a password by itself when it reads a 401, and the aggregator
  // would refuse what changes something: pages of other sites cannot send it.
  const headers = new Headers({...(init.headers as Record<string, string>), 'X-Requested-With': 'fetch'});
  try {
    return await fetch(path, {...init, headers, credentials: 'same-origin'});
  } catch (e) {
    if ((e as Error).name === 'AbortError') throw e;
    throw new Refused(0, 'the aggregator does not answer');
  }
}

/** Changes something. */
export async function post<T>(path: string, body: object): Promise<T> {
  const response = await send(path, {method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}});
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, text.trim());
  return (text ? JSON.parse(text) : {}) as T;
}

/** Gets JSON of the page's own endpoints, whose errors are plain text. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, {signal});
  if (!response.ok) throw new Refused(response.status, (await response.text()).trim());
  return (await response.json()) as T;
}

/** Asks the PromQL API. */
export async function query(
  kind: 'query' | 'query_range',
  params: Record<string, string>,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  const body = new URLSearchParams(params);
  const response = await send(`api/v1/${kind}`, {method: 'POST', body, signal});
  const text = await response.text();
  let answer: Partial<QueryAnswer> & {error?: string};
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Refused(response.status, text.trim());
  }
  if (!response.ok || !answer.data) throw new Refused(response.status, answer.error ?? text.trim());
  return {data: answer.data, warnings: answer.warnings ?? [], infos: answer.infos ?? []};
}

/** A label matcher's value as PromQL quotes it. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}
