// SPDX-License-Identifier: Apache-2.0
import {useState} from 'preact/hooks';
import {session} from './api';
import {restart} from './store';

/** Asks for the token of a reader: until there are accounts, this is how people log in. */
export function Login({message}: {message: string}) {
  const [token, set] = useState('');
  const first = !session.token();
  const submit = (event: Event) => {
    event.preventDefault();
    session.enter(token.trim());
    restart();
  };
  return (
    <form class="login" onSubmit={submit}>
      <h1>Harvester</h1>
      <p>Paste the token of a reader. On the aggregator's machine, this prints one:</p>
      <pre>deploy/harvester reader add NAME</pre>
      {!first && (
        <p class="notice bad" role="alert">
          {message}
        </p>
      )}
      <label>
        Token
        <input
          type="password"
          name="token"
          autocomplete="current-password"
          required
          autofocus
          value={token}
          onInput={(event) => set(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary">
        Continue
      </button>
      <p class="muted">It is kept in this tab only, until the tab is closed.</p>
    </form>
  );
}
