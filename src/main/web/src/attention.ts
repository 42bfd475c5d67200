// SPDX-License-Identifier: Apache-2.0
import type {FleetNode, NodeVitals} from './api';

export const FULL = 0.9;
const VERY_FULL = 0.95;
const CLOCK_SECONDS = 30;

export type Level = 'bad' | 'warn' | 'good' | 'off';

/** What is wrong with a node, in words; the worst first. */
export interface Concern {
  score: number;
  level: Level;
  words: string;
}

const STATES: Record<FleetNode['state'], Concern> = {
  silent: {score: 100, level: 'bad', words: 'silent'},
  late: {score: 90, level: 'warn', words: 'late'},
  never: {score: 30, level: 'off', words: 'never wrote'},
  up: {score: 0, level: 'good', words: 'up'},
  revoked: {score: -1, level: 'off', words: 'revoked'},
  disabled: {score: -1, level: 'off', words: 'disabled'},
};

export function stateOf(node: FleetNode): Concern {
  return STATES[node.state];
}

export function levelOf(fraction: number | undefined): Level | '' {
  if (fraction === undefined) return '';
  return fraction >= VERY_FULL ? 'bad' : fraction >= FULL ? 'warn' : '';
}

/** The worst that is to be said of a node. Silent nodes come first, then full ones. */
export function concern(node: FleetNode, vitals: NodeVitals | undefined): Concern {
  const state = stateOf(node);
  if (state.score !== 0) return state;
  const disk = vitals?.disk ?? 0;
  if (disk >= FULL) {
    const level = levelOf(disk) as Level;
    return {score: 60 + disk * 20, level, words: `${vitals!.mount} is ${Math.floor(disk * 100)} % full`};
  }
  if ((vitals?.memory ?? 0) >= VERY_FULL) return {score: 50, level: 'warn', words: 'memory is nearly full'};
  if ((node.quotaUse ?? 0) >= FULL) return {score: 45, level: 'warn', words: 'a quota is nearly used up'};
  if (Math.abs(node.clockSkew ?? 0) > CLOCK_SECONDS && (node.clockSkew ?? 0) > 0)
    return {score: 40, level: 'warn', words: `clock is ${Math.round(node.clockSkew!)} s ahead`};
  return state;
}
