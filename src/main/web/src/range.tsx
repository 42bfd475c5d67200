// SPDX-License-Identifier: Apache-2.0
import {setParams} from './router';

export interface Range {
  from: number;
  to: number;
  /** Whether its end moves with the clock. */
  live: boolean;
  text: string;
}

const SPANS: Record<string, number> = {
  '15m': 900,
  '1h': 3600,
  '6h': 6 * 3600,
  '24h': 86400,
  '7d': 7 * 86400,
  '30d': 30 * 86400,
};

const MAX_POINTS = 400;

/** The time range of the address: {@code range=1h}, or {@code from} and {@code to} in seconds. */
export function rangeOf(params: URLSearchParams, now: number): Range {
  const from = Number(params.get('from'));
  const to = Number(params.get('to'));
  if (from > 0 && to > from) return {from, to, live: false, text: ''};
  const text = params.get('range') ?? '';
  const span = SPANS[text] ? text : '1h';
  return {from: now - SPANS[span], to: now, live: true, text: span};
}

/** Seconds between two points; a multiple of it is easy to read on an axis. */
export function stepOf(range: Range): number {
  const exact = (range.to - range.from) / MAX_POINTS;
  return [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400].find((step) => step >= exact) ?? 86400;
}

export function zoomTo(from: number, to: number): void {
  const start = Math.floor(from);
  setParams({from: String(start), to: String(Math.max(start + 10, Math.ceil(to))), range: ''});
}

const local = (seconds: number): string => {
  const date = new Date((seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) * 1000);
  return date.toISOString().slice(0, 16);
};

export function RangePicker({range}: {range: Range}) {
  const length = range.to - range.from;
  const move = (by: number) => zoomTo(range.from + by * length, range.to + by * length);
  const typed = (name: 'from' | 'to') => (event: Event) => {
    const seconds = new Date((event.currentTarget as HTMLInputElement).value).getTime() / 1000;
    if (seconds > 0) {
      const next = {from: range.from, to: range.to, [name]: seconds};
      if (next.to > next.from) zoomTo(next.from, next.to);
    }
  };
  return (
    <div class="bar range">
      <div class="chips" role="group" aria-label="Time range">
        {Object.keys(SPANS).map((text) => (
          <button
            type="button"
            class="chip"
            key={text}
            aria-pressed={text === range.text}
            onClick={() => setParams({range: text, from: '', to: ''})}
          >
            {text}
          </button>
        ))}
      </div>
      <div class="chips" role="group" aria-label="Move the time range">
        <button type="button" class="chip" aria-label="Earlier" title="Earlier" onClick={() => move(-0.5)}>
          ←
        </button>
        <button type="button" class="chip" aria-label="Zoom out" title="Zoom out" onClick={() => zoomTo(range.from - length / 2, range.to + length / 2)}>
          −
        </button>
        <button type="button" class="chip" aria-label="Zoom in" title="Zoom in" onClick={() => zoomTo(range.from + length / 4, range.to - length / 4)}>
          +
        </button>
        <button type="button" class="chip" aria-label="Later" title="Later" onClick={() => move(0.5)}>
          →
        </button>
      </div>
      <div class="times">
        <label>
          From <input type="datetime-local" value={local(range.from)} onChange={typed('from')} />
        </label>
        <label>
          to <input type="datetime-local" value={local(range.to)} onChange={typed('to')} />
        </label>
      </div>
    </div>
  );
}
