// SPDX-License-Identifier: Apache-2.0
import {useEffect, useState} from 'preact/hooks';
import {type Aggregator as Answer, get, Refused} from './api';
import {Chart, type ChartData} from './chart';
import {color, scheme} from './colors';
import {useMedia} from './fleet';
import {bytes, number, short, span, when} from './format';
import {type Metrics, parse, quantile} from './metrics';
import {Facts} from './node';
import {href} from './router';

const REFRESH_MILLIS = 5000;
const KEPT = 360;
const DAY = 86400;

interface Point {
  time: number;
  metrics: Metrics;
}

/** What happened between two points. */
interface Step {
  time: number;
  stored: number;
  received: number;
  p50: number | null;
  p99: number | null;
  queue: number;
  inFlight: number;
}

export function Aggregator() {
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState('');
  const [points, setPoints] = useState<Point[]>([]);
  const dark = useMedia('(prefers-color-scheme: dark)');
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        const next = await get<Answer>('api/aggregator', abort.signal);
        setAnswer(next);
        setError('');
        setPoints((before) => [...before.slice(1 - KEPT), {time: next.time, metrics: parse(next.metrics)}]);
      } catch (e) {
        if (e instanceof Refused) setError(e.message);
      }
    };
    void ask();
    const timer = setInterval(() => void (document.hidden || ask()), REFRESH_MILLIS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, []);
  if (!answer || points.length === 0) return <p class={error ? 'notice bad' : 'plain'}>{error || 'Loading …'}</p>;

  const steps = points.slice(1).map((point, i) => stepOf(points[i], point));
  const now = points[points.length - 1].metrics;
  const last = steps[steps.length - 1];
  const {database} = answer;
  const whole = points.length > 1 ? rate(points[0], points[points.length - 1], 'harvester_samples_stored_total') : undefined;
  const perSample = database.samples > 0 ? database.bytes / database.samples : undefined;
  const from = Math.max(points[0].time, answer.time - KEPT * (REFRESH_MILLIS / 1000));
  const range: [number, number] = [Math.min(from, answer.time - 60), answer.time];
  const chart = (title: string, format: (value: number) => string, lines: [string, (step: Step) => number | null][]) => (
    <Chart
      title={title}
      data={chartData(steps, lines)}
      range={range}
      format={format}
      annotations={[]}
      onZoom={() => undefined}
      scheme={dark ? 'dark' : scheme()}
    />
  );
  return (
    <>
      <div class="title">
        <h1>Aggregator</h1>
        <span class={`badge ${now.sum('harvester_database_up') === 1 ? 'good' : 'bad'}`}>
          {now.sum('harvester_database_up') === 1 ? 'database answers' : 'database does not answer'}
        </span>
        {error && <span class="bad">{error}</span>}
      </div>
      <div class="charts">
        {chart('Samples per second', short, [
          ['received', (step) => step.received],
          ['stored', (step) => step.stored],
        ])}
        {chart('Duration of write requests', duration, [
          ['median', (step) => step.p50],
          ['99 of 100 within', (step) => step.p99],
        ])}
        {chart('Requests', short, [
          ['in flight', (step) => step.inFlight],
          ['waiting for a writer', (step) => step.queue],
        ])}
      </div>
      <p class="muted">The graphs begin when this page is opened, and show this aggregator only.</p>
      <div class="panels">
        <section class="panel">
          <h2>Ingest</h2>
          <Facts
            facts={[
              ['Samples per second', last && number(last.stored)],
              ['Stored', number(now.sum('harvester_samples_stored_total'))],
              ['Duplicates', number(now.sum('harvester_samples_duplicate_total'))],
              ['Conflicts', number(now.sum('harvester_samples_conflict_total'))],
              ['Rejected', number(now.sum('harvester_samples_rejected_total'))],
              ['Answered with 503', number(now.sum('harvester_samples_failed_total'))],
              ['Series in memory', number(now.sum('harvester_series_cached'))],
              ['Connections', number(now.sum('harvester_http_connections'))],
              ['Version', now.label('harvester_build_info', 'version')],
            ]}
          />
        </section>
        <section class="panel">
          <h2>Database</h2>
          <Facts
            facts={[
              ['Server', `PostgreSQL ${database.server}, database ${database.name}`],
              ['Storage tier', now.label('harvester_storage_tier_info', 'tier')],
              ['Size', bytes(database.bytes)],
              ['Samples', number(database.samples)],
              ['Bytes per sample', perSample === undefined ? undefined : number(perSample)],
              ['Growth', perSample && whole ? `about ${bytes(perSample * whole * DAY)} a day, at this rate and size per sample` : undefined],
              ['Fast path', now.sum('harvester_fast_path') === 1 ? 'in use' : 'not in use: rows are sent one by one'],
              ['To be merged', `${number(now.sum('harvester_merge_backlog_samples'))} samples`],
              ['To be packed', `due for ${span(now.sum('harvester_pack_lag_seconds'))}`],
            ]}
          />
        </section>
        <section class="panel wide">
          <h2>Rejections</h2>
          {database.rejections.length === 0 ? (
            <p class="muted">Nothing was rejected.</p>
          ) : (
            <ul class="list">
              {database.rejections.map((r) => (
                <li key={`${r.node} ${r.metric} ${r.reason}`}>
                  <span class="muted">{when(r.at)}</span> <a href={href('node', r.node)}>{r.node}</a> <b>{r.reason}</b>: {number(r.count)} of {r.metric}
                  {r.example && <div class="example">{r.example}</div>}
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="panel">
          <h2>Conflicts</h2>
          {database.conflicts.length === 0 ? (
            <p class="muted">No series sent two values for one time.</p>
          ) : (
            <ul class="list">
              {database.conflicts.map((c) => (
                <li key={`${c.node} ${c.metric} ${c.at}`}>
                  <span class="muted">{when(c.at)}</span> <a href={href('node', c.node)}>{c.node}</a> {c.metric}: {number(c.count)}
                </li>
              ))}
            </ul>
          )}
        </section>
        <section class="panel">
          <h2>Maintenance</h2>
          {database.maintenance.length === 0 ? (
            <p class="muted">No chunk was maintained yet.</p>
          ) : (
            <ul class="list">
              {database.maintenance.map((m, i) => (
                <li key={i}>
                  <span class="muted">{when(m.start)}</span> <span class="tag">{m.step}</span> {m.chunk}
                  {m.end !== null && <span class="muted"> · {span(m.end - m.start)}</span>}
                  {m.note && <div class="example">{m.note}</div>}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}

const duration = (seconds: number): string => (seconds < 1 ? `${short(seconds * 1000)}\u2009ms` : `${short(seconds)}\u2009s`);

function rate(from: Point, to: Point, name: string): number {
  const grown = to.metrics.sum(name) - from.metrics.sum(name);
  return Math.max(0, grown) / Math.max(1e-3, to.time - from.time);
}

function stepOf(from: Point, to: Point): Step {
  const buckets = to.metrics.buckets('harvester_http_request_duration_seconds', 'route', '/api/v1/write');
  const before = from.metrics.buckets('harvester_http_request_duration_seconds', 'route', '/api/v1/write');
  return {
    time: to.time,
    stored: rate(from, to, 'harvester_samples_stored_total'),
    received: rate(from, to, 'harvester_samples_received_total'),
    p50: quantile(0.5, before, buckets),
    p99: quantile(0.99, before, buckets),
    queue: to.metrics.sum('harvester_write_queue_requests'),
    inFlight: to.metrics.sum('harvester_requests_in_flight'),
  };
}

function chartData(steps: Step[], lines: [string, (step: Step) => number | null][]): ChartData {
  return {
    times: steps.map((step) => step.time),
    lines: lines.map(([name, value], i) => ({name, values: steps.map(value), color: color(i)})),
  };
}
