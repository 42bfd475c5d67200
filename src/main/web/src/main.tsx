// SPDX-License-Identifier: Apache-2.0
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import {post, Refused} from './api';
import {Aggregator} from './aggregator';
import {Fleet} from './fleet';
import {Login} from './login';
import {Node} from './node';
import {href, type Route, useRoute} from './router';
import {restart, start, useFleet, wasLoggedIn} from './store';

const PAGES: [page: string, title: string][] = [
  ['fleet', 'Fleet'],
  ['explore', 'Explore'],
  ['aggregator', 'Aggregator'],
];

function App() {
  const route = useRoute();
  const {fleet, error, who} = useFleet();
  const [isAsking, ask] = useState(false);
  useEffect(() => ask(false), [who?.name]);
  useEffect(() => {
    const title = route.page === 'node' ? route.argument : PAGES.find(([page]) => page === route.page)?.[1];
    document.title = `${title ?? 'Not found'} · Harvester`;
  }, [route.page, route.argument]);
  if (error?.status === 401 || error?.status === 403) {
    return (
      <main>
        <Login message={error.status === 403 ? error.message : wasLoggedIn() ? 'The session has ended: sign in again.' : ''} />
      </main>
    );
  }
  return (
    <>
      <header>
        <a class="brand" href={href('fleet')}>
          Harvester
        </a>
        <nav aria-label="Pages">
          {PAGES.map(([page, title]) => (
            <a key={page} href={href(page)} aria-current={page === route.page || (page === 'fleet' && route.page === 'node') ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="status" role="status">
          {error ? <span class="bad">{error.message}</span> : ''}
        </span>
        {who?.by === 'nothing' && (
          <button type="button" class="chip" aria-pressed={isAsking} onClick={() => ask(!isAsking)}>
            Sign in
          </button>
        )}
        {who?.name && (
          <span class="who">
            <span class="name" title={who.admin ? 'admin' : 'viewer'}>
              {who.name}
            </span>
            {who.by === 'session' && <SignOut />}
          </span>
        )}
      </header>
      <main>
        {isAsking ? <Login message="" /> : <Page route={route} />}
      </main>
      <footer>
        {fleet && `Harvester ${fleet.version} · ${fleet.nodes.length} ${fleet.nodes.length === 1 ? 'node' : 'nodes'}${fleet.restricted ? ' of those that you may read' : ''}`}
      </footer>
    </>
  );
}

function SignOut() {
  const [problem, set] = useState('');
  const leave = () =>
    post('api/logout', {}).then(restart, (e) => {
      if (!(e instanceof Refused)) throw e;
      set(e.message);
    });
  return (
    <>
      {problem && (
        <span class="bad" role="alert">
          {problem}
        </span>
      )}
      <button type="button" class="chip" onClick={leave}>
        Sign out
      </button>
    </>
  );
}

function Page({route}: {route: Route}) {
  switch (route.page) {
    case 'fleet':
      return <Fleet route={route} />;
    case 'node':
      return <Node key={route.argument} route={route} />;
    case 'explore':
      return <Explore route={route} />;
    case 'aggregator':
      return <Aggregator />;
    default:
      return (
        <p class="plain">
          There is no such page. <a href={href('fleet')}>Fleet</a>
        </p>
      );
  }
}

/** Loaded when it is opened: its editor is larger than all other pages. */
function Explore({route}: {route: Route}) {
  const [module, set] = useState<typeof import('./explore/index')>();
  useEffect(() => {
    void import('./explore/index').then(set);
  }, []);
  return module ? <module.Explore route={route} /> : <p class="plain">Loading …</p>;
}

start();
const place = document.getElementById('app')!;
place.textContent = '';
render(<App />, place);
