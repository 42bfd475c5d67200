// SPDX-License-Identifier: Apache-2.0
import {useEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import type {Annotation} from './api';

export interface Line {
  name: string;
  values: (number | null)[];
  color: string;
  /** Stacked areas lie on the one before. */
  stacked?: boolean;
  filled?: boolean;
  dashed?: boolean;
}

export interface ChartData {
  times: number[];
  lines: Line[];
}

interface Props {
  title: string;
  data: ChartData | undefined;
  /** Start and end of the x axis, s. */
  range: [number, number];
  format: (value: number) => string;
  /** Of the y axis; undefined: it follows the data. */
  max?: number;
  /** Ticks of the y axis are powers of two. */
  binary?: boolean;
  annotations: Annotation[];
  onZoom: (from: number, to: number) => void;
  height?: number;
  scheme: string;
}

const BINARY = Array.from({length: 60}, (_, i) => 2 ** i);

// As uPlot's own, with 24 hours: increment, format, and what the first tick of a year, month and day has below it.
const DATE = '\n{YYYY}-{MM}-{DD}';
const TIMES = [
  [365 * 86400, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * 86400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86400, '{MM}-{DD}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', DATE, null, DATE, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', DATE, null, DATE, null, null, null, 1],
] as unknown as uPlot.Axis.Values;

const SYNC = uPlot.sync('time');
const AXIS_WIDTH = 62;

const style = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A graph over time. All graphs share the cursor, and dragging in one zooms all. */
export function Chart({title, data, range, format, max, binary, annotations, onZoom, height = 190, scheme}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const marks = useRef(annotations);
  marks.current = annotations;
  const span = useRef(range);
  span.current = range;
  const shape = data ? data.lines.map((line) => `${line.name} ${line.color}`).join('\n') + scheme : '';

  useEffect(() => {
    if (!data) return;
    const element = place.current!;
    const made = new uPlot(options(), columns(data), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({width: element.clientWidth, height}));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    if (data && plot.current) plot.current.setData(columns(data));
  }, [data]);

  useEffect(() => plot.current?.redraw(false), [annotations]);

  function options(): uPlot.Options {
    const lines = data!.lines;
    const grid = {stroke: style('--grid'), width: 1};
    const axis = {stroke: style('--muted'), grid, ticks: {...grid, size: 4}, font: '11px system-ui, sans-serif'};
    return {
      width: place.current!.clientWidth || 400,
      height,
      padding: [8, 10, 0, 0],
      cursor: {sync: {key: SYNC.key, setSeries: false}, drag: {x: true, y: false, setScale: false}, y: false},
      scales: {
        x: {time: true, range: () => span.current},
        y: {range: (_, low, high) => bounds(low, high, max)},
      },
      axes: [
        {...axis, values: TIMES},
        {...axis, size: AXIS_WIDTH, incrs: binary ? BINARY : undefined, values: (_, ticks) => ticks.map((tick) => format(tick))},
      ],
      series: [{value: (_, t) => (t === null ? '' : new Date(t * 1000).toLocaleString())}, ...lines.map(series)],
      legend: {live: true},
      hooks: {
        setSelect: [
          (u) => {
            const {left, width} = u.select;
            if (width > 4) zoom.current(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
            u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
          },
        ],
        drawClear: [(u) => drawMarks(u, marks.current)],
        // Without a cursor, the legend has the newest values.
        setCursor: [(u) => u.cursor.idx === null && showLast(u)],
        ready: [showLast],
        setData: [showLast],
      },
    };
  }

  function series(line: Line, index: number): uPlot.Series {
    return {
      label: line.name,
      stroke: line.color,
      width: 1.5,
      dash: line.dashed ? [4, 4] : undefined,
      fill: line.stacked ? line.color + '55' : line.filled ? line.color + '22' : undefined,
      points: {show: false},
      spanGaps: false,
      value: (_, __, ___, at) => {
        const value = at === null || at === undefined ? null : dataRef.current?.lines[index]?.values[at];
        return value === null || value === undefined ? '' : format(value);
      },
    };
  }
  const dataRef = useRef(data);
  dataRef.current = data;

  return (
    <section class="chart">
      <h3>{title}</h3>
      <div ref={place} class="plot" role="img" aria-label={described(title, data, format)} style={{minHeight: `${height}px`}}>
        {!data && <p class="plain">Loading …</p>}
      </div>
    </section>
  );
}

/** In words, for those who do not see the graph. */
function described(title: string, data: ChartData | undefined, format: (value: number) => string): string {
  if (!data) return `${title}: loading`;
  const parts = data.lines.map((line) => {
    const last = line.values.findLast((value) => value !== null);
    return last === undefined ? '' : `${line.name} ${format(last!)}`;
  });
  return `${title}, now: ${parts.filter(Boolean).join(', ') || 'no data'}`;
}

/** The data as it is drawn: stacked lines are sums. */
function columns(data: ChartData): uPlot.AlignedData {
  let below: (number | null)[] | undefined;
  const drawn = data.lines.map((line) => {
    if (!line.stacked) return line.values;
    const sums: (number | null)[] = line.values.map((value, i) => (value === null ? null : value + (below?.[i] ?? 0)));
    below = sums.map((sum, i) => sum ?? below?.[i] ?? null);
    return sums;
  });
  return [data.times, ...drawn];
}

function showLast(u: uPlot): void {
  const idxs = u.data.map((values) => {
    for (let i = values.length - 1; i >= 0; i--) if (values[i] !== null && values[i] !== undefined) return i;
    return null;
  });
  u.setLegend({idxs}, false);
}

function bounds(low: number | null, high: number | null, max: number | undefined): [number, number] {
  const bottom = low !== null && low < 0 ? low * 1.08 : 0;
  const top = max ?? (high !== null && high > 0 ? high * 1.08 : bottom < 0 ? 0 : 1);
  return [bottom, Math.max(top, bottom + 1e-9)];
}

function drawMarks(u: uPlot, marks: Annotation[]): void {
  const {ctx} = u;
  const {left, top, width, height} = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  for (const mark of marks) {
    const from = Math.round(u.valToPos(mark.time, 'x', true)) + 0.5; // sharp, at one pixel per point
    ctx.fillStyle = ctx.strokeStyle = style('--mark');
    if (mark.end !== null && mark.end > mark.time) {
      ctx.globalAlpha = 0.15;
      ctx.fillRect(from, top, Math.max(1, u.valToPos(mark.end, 'x', true) - from), height);
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(from, top);
    ctx.lineTo(from, top + height);
    ctx.stroke();
  }
  ctx.restore();
}
