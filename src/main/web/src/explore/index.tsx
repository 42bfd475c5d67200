// SPDX-License-Identifier: Apache-2.0
import {useEffect, useRef, useState} from 'preact/hooks';
import {query, Refused, type QueryAnswer, type Series} from '../api';
import {Chart} from '../chart';
import {color, scheme} from '../colors';
import {useMedia} from '../fleet';
import {short} from '../format';
import {aligned} from '../node';
import {RangePicker, rangeOf, stepOf, zoomTo} from '../range';
import {type Route, setParams} from '../router';
import {Editor} from './editor';

const MAX_ROWS = 500;
const MAX_LINES = 30;

export function Explore({route}: {route: Route}) {
  const {params} = route;
  const asked = params.get('q') ?? '';
  const isTable = params.get('as') === 'table';
  const [typed, setTyped] = useState(asked);
  const [run, setRun] = useState(0);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const range = rangeOf(params, useNow(run, params.toString()));
  const step = stepOf(range);
  const to = Math.floor(range.to / step) * step;
  const from = Math.floor(range.from / step) * step;
  const result = useResult(asked, isTable, from, to, step, run);
  const submit = (expr: string) => {
    setTyped(expr);
    setParams({q: expr});
    setRun((n) => n + 1);
  };

  return (
    <>
      <form
        class="bar explore"
        onSubmit={(event) => {
          event.preventDefault();
          submit(typed);
        }}
      >
        <Editor value={asked} onChange={setTyped} onSubmit={submit} dark={dark} />
        <button type="submit" class="button primary">
          Run
        </button>
        <div class="chips" role="group" aria-label="Show as">
          <button type="button" class="chip" aria-pressed={!isTable} onClick={() => setParams({as: ''})}>
            Graph
          </button>
          <button type="button" class="chip" aria-pressed={isTable} onClick={() => setParams({as: 'table'})}>
            Table
          </button>
        </div>
      </form>
      <RangePicker range={range} />
      {result.error && (
        <p class="notice bad" role="alert">
          {result.error}
        </p>
      )}
      {result.answer && [...result.answer.warnings, ...result.answer.infos].map((text) => (
        <p class="notice" key={text}>
          {text}
        </p>
      ))}
      {result.answer && (isTable ? <Table answer={result.answer} /> : <Graph answer={result.answer} />)}
      {!asked && <p class="plain">Type an expression, such as <code>rate(node_cpu_seconds_total[2m])</code>, and press Enter. Ctrl-Space completes.</p>}
    </>
  );

  function Graph({answer}: {answer: QueryAnswer}) {
    const all = answer.data.result as Series[];
    const shown = all.slice(0, MAX_LINES);
    const same = sameInAll(shown);
    return (
      <>
        {all.length > MAX_LINES && (
          <p class="notice">
            {all.length} series: the first {MAX_LINES} are drawn.
          </p>
        )}
        <Chart
          title={all.length === 1 ? '1 series' : `${all.length} series`}
          data={aligned(shown, from, to, step, (series, i) => ({name: nameOf(series.metric, same), color: color(i)}))}
          range={[range.from, range.to]}
          format={(value) => short(value)}
          annotations={[]}
          onZoom={zoomTo}
          height={340}
          scheme={dark ? 'dark' : scheme()}
        />
      </>
    );
  }
}

interface Result {
  answer?: QueryAnswer;
  error?: string;
}

function useResult(expr: string, isTable: boolean, from: number, to: number, step: number, run: number): Result {
  const [result, set] = useState<Result>({});
  useEffect(() => {
    if (!expr) {
      set({});
      return;
    }
    const abort = new AbortController();
    const asked = isTable
      ? query('query', {query: expr, time: String(to)}, abort.signal)
      : query('query_range', {query: expr, start: String(from), end: String(to), step: String(step)}, abort.signal);
    asked.then(
      (answer) => set({answer}),
      (e) => e instanceof Refused && set({error: e.message}),
    );
    set({});
    return () => abort.abort();
  }, [expr, isTable, from, to, step, run]);
  return result;
}

function useNow(run: number, address: string): number {
  const now = useRef({key: '', value: 0});
  const key = `${run} ${address}`;
  if (now.current.key !== key) now.current = {key, value: Math.floor(Date.now() / 1000)};
  return now.current.value;
}

/** Labels that tell no series from another. */
function sameInAll(all: Series[]): Set<string> {
  const names = all.length > 1 ? Object.keys(all[0].metric) : [];
  return new Set(names.filter((name) => all.every((series) => series.metric[name] === all[0].metric[name])));
}

function nameOf(metric: Record<string, string>, same: Set<string>): string {
  const {__name__: name = '', ...labels} = metric;
  const pairs = Object.entries(labels).filter(([key]) => !same.has(key)).map(([key, value]) => `${key}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(', ')}}` : name || '{}';
}

function Table({answer}: {answer: QueryAnswer}) {
  const {resultType, result} = answer.data;
  if (resultType === 'scalar' || resultType === 'string') return <p class="plain">{(result as [number, string])[1]}</p>;
  const all = result as Series[];
  if (all.length === 0) return <p class="plain">The result is empty.</p>;
  const names = [...new Set(all.flatMap((series) => Object.keys(series.metric)))].sort();
  return (
    <>
      {all.length > MAX_ROWS && <p class="notice">{all.length} rows: the first {MAX_ROWS} are shown.</p>}
      <div class="scroll">
        <table class="result">
          <thead>
            <tr>
              {names.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
              <th scope="col" class="value">
                value
              </th>
            </tr>
          </thead>
          <tbody>
            {all.slice(0, MAX_ROWS).map((series, i) => (
              <tr key={i}>
                {names.map((name) => (
                  <td key={name}>{series.metric[name]}</td>
                ))}
                <td class="value">{series.value?.[1] ?? series.values?.map(([, value]) => value).join(' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
