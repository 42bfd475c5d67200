// SPDX-License-Identifier: Apache-2.0

// Readable on both backgrounds, and apart for people who see few colours.
export const PALETTE = [
  '#3b82c4', '#e08a1e', '#2f9e77', '#c8508f', '#7d6fd0', '#b59a16', '#d0533f', '#5b9aa0', '#8a6d52', '#6f8f2f',
];

const MODES: Record<string, string> = {
  user: '#3b82c4',
  system: '#e08a1e',
  iowait: '#d0533f',
  nice: '#2f9e77',
  softirq: '#7d6fd0',
  irq: '#b59a16',
  steal: '#c8508f',
};

export const color = (index: number): string => PALETTE[index % PALETTE.length];

export const modeColor = (mode: string, index: number): string => MODES[mode] ?? color(index);

/** As the operating system says: a graph is drawn anew when it changes. */
export const scheme = (): string => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
