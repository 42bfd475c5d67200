// SPDX-License-Identifier: Apache-2.0

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** Metrics in Prometheus's text format, by name. */
export class Metrics {
  constructor(private readonly samples: Map<string, Sample[]>) {}

  /** The sum over all labels; 0 if there is none. */
  sum(name: string): number {
    return (this.samples.get(name) ?? []).reduce((sum, sample) => sum + sample.value, 0);
  }

  label(name: string, label: string): string | undefined {
    return this.samples.get(name)?.[0]?.labels[label];
  }

  /** Cumulative counts of a histogram by upper bound, of the series with this label. */
  buckets(name: string, label: string, value: string): Map<number, number> {
    const counts = new Map<number, number>();
    for (const sample of this.samples.get(`${name}_bucket`) ?? []) {
      if (sample.labels[label] === value) {
        const bound = sample.labels.le === '+Inf' ? Infinity : Number(sample.labels.le);
        counts.set(bound, (counts.get(bound) ?? 0) + sample.value);
      }
    }
    return counts;
  }
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function parse(text: string): Metrics {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const parts = line.startsWith('#') ? null : LINE.exec(line);
    if (!parts) continue;
    const labels: Record<string, string> = {};
    for (const [, name, value] of (parts[2] ?? '').matchAll(LABEL)) labels[name] = value;
    const sample = {labels, value: Number(parts[3])};
    const known = samples.get(parts[1]);
    if (known) known.push(sample);
    else samples.set(parts[1], [sample]);
  }
  return new Metrics(samples);
}

/** A quantile of what was observed between two counts of a histogram, as histogram_quantile interpolates. */
export function quantile(q: number, before: Map<number, number>, after: Map<number, number>): number | null {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => after.get(bound)! - (before.get(bound) ?? 0));
  const total = counts[counts.length - 1] ?? 0;
  if (total <= 0) return null;
  const rank = q * total;
  const at = counts.findIndex((count) => count >= rank);
  const low = at > 0 ? bounds[at - 1] : 0;
  if (bounds[at] === Infinity) return low;
  const below = at > 0 ? counts[at - 1] : 0;
  return low + (bounds[at] - low) * ((rank - below) / Math.max(1, counts[at] - below));
}
