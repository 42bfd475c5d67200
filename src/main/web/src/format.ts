// SPDX-License-Identifier: Apache-2.0

const NONE = '–';

export function percent(fraction: number | undefined, digits = 0): string {
  return fraction === undefined ? NONE : `${(fraction * 100).toFixed(digits)}\u2009%`;
}

/** A number with a prefix: 1.2 k, 3.4 M. */
export function short(value: number | undefined | null, base = 1000): string {
  if (value === undefined || value === null || Number.isNaN(value)) return NONE;
  const prefixes = base === 1024 ? ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'] : ['', 'k', 'M', 'G', 'T', 'P'];
  let size = Math.abs(value);
  let at = 0;
  while (size >= base * 0.9995 && at < prefixes.length - 1) {
    size /= base;
    at++;
  }
  const digits = size >= 100 || (at === 0 && Number.isInteger(value)) ? 0 : size >= 10 ? 1 : 2;
  return `${value < 0 ? '−' : ''}${trimmed(size.toFixed(digits))}\u2009${prefixes[at]}`.trimEnd();
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export const bytes = (value: number | undefined | null): string =>
  value === undefined || value === null ? NONE : joined(short(value, 1024), 'B');

export const bytesPerSecond = (value: number | undefined): string =>
  value === undefined ? NONE : joined(short(value), 'B/s');

function joined(number: string, unit: string): string {
  return /[a-zA-Z]$/.test(number) ? number + unit : `${number}\u2009${unit}`;
}

/** A time span in its largest unit. */
export function span(seconds: number | undefined): string {
  if (seconds === undefined) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s} s`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} d`;
}

const dayAndTime = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});

export function when(seconds: number | undefined | null): string {
  return seconds ? dayAndTime.format(seconds * 1000) : NONE;
}

export const number = (value: number | undefined | null): string =>
  value === undefined || value === null ? NONE : value.toLocaleString('en', {maximumFractionDigits: 2});
