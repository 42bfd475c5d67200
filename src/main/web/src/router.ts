// SPDX-License-Identifier: Apache-2.0
import {useEffect, useState} from 'preact/hooks';

/** What the address says: {@code #/node/lab-01?range=1h}. */
export interface Route {
  page: string;
  argument: string;
  params: URLSearchParams;
}

export function current(): Route {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [page, ...rest] = path.split('/');
  return {
    page: page || 'fleet',
    argument: rest.map(decoded).join('/'),
    params: new URLSearchParams(query ?? ''),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function href(page: string, argument = '', params: Record<string, string> | URLSearchParams = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${page}${argument && '/' + encodeURIComponent(argument)}${query && '?' + query}`;
}

const CHANGED = 'harvester:route';

/** Changes parameters of the address; undefined or '' removes one. */
export function setParams(changes: Record<string, string | undefined>, replace = false): void {
  const {page, argument, params} = current();
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const url = href(page, argument, params);
  if (url !== location.hash) {
    if (replace) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    dispatchEvent(new Event(CHANGED));
  }
}

export function useRoute(): Route {
  const [route, set] = useState(current);
  useEffect(() => {
    const changed = () => set(current());
    for (const event of ['hashchange', 'popstate', CHANGED]) addEventListener(event, changed);
    return () => {
      for (const event of ['hashchange', 'popstate', CHANGED]) removeEventListener(event, changed);
    };
  }, []);
  return route;
}
