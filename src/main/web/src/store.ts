// SPDX-License-Identifier: Apache-2.0
import {useEffect, useState} from 'preact/hooks';
import {type Fleet, get, Refused, type Vitals, type Who} from './api';

const REFRESH_MILLIS = 5000;

export interface State {
  fleet?: Fleet;
  vitals?: Vitals;
  who?: Who;
  /** When the fleet arrived, by performance.now(). */
  arrived: number;
  error?: Refused;
}

let state: State = {arrived: 0};
let running = false;
let wasIn = false;
const listeners = new Set<(state: State) => void>();

async function refresh(): Promise<void> {
  if (running || document.hidden) return;
  running = true;
  try {
    const have = state.vitals ? state.fleet!.vitalsVersion : -1;
    const [fleet, who] = await Promise.all([get<Fleet>(`api/fleet?have=${have}`), state.who ?? get<Who>('api/session')]);
    state = {fleet, vitals: fleet.vitals ?? state.vitals, who, arrived: performance.now()};
    wasIn = true;
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    state = e.status === 401 || e.status === 403 ? {arrived: 0, error: e} : {...state, error: e};
  } finally {
    running = false;
    listeners.forEach((listener) => listener(state));
  }
}

/** Asks as somebody else. */
export function restart(): void {
  state = {arrived: 0};
  wasIn = false;
  void refresh();
}

/** Whether somebody was logged in before the present error. */
export const wasLoggedIn = (): boolean => wasIn;

/** Asks now: something has changed. */
export function again(): void {
  void refresh();
}

/** All nodes, asked again and again while the page is shown. */
export function useFleet(): State {
  const [shown, show] = useState(state);
  useEffect(() => {
    listeners.add(show);
    return () => {
      listeners.delete(show);
    };
  }, []);
  return shown;
}

export function start(): void {
  void refresh();
  setInterval(() => void refresh(), REFRESH_MILLIS);
  document.addEventListener('visibilitychange', () => void refresh());
}
