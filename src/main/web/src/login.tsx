// SPDX-License-Identifier: Apache-2.0
import {useState} from 'preact/hooks';
import {post, Refused} from './api';
import {restart} from './store';

/** Asks for name and password. */
export function Login({message}: {message: string}) {
  const [busy, setBusy] = useState(false);
  const [problem, set] = useState(message);
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      await post('api/login', {name: String(form.get('name')).trim(), password: form.get('password')});
      restart();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      set(e.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="login" onSubmit={submit}>
      <h1>Harvester</h1>
      {problem && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      <label>
        Name
        <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus maxLength={63} />
      </label>
      <label>
        Password
        <input type="password" name="password" autocomplete="current-password" required maxLength={500} />
      </label>
      <button type="submit" class="button primary" disabled={busy}>
        {busy ? 'Signing in …' : 'Sign in'}
      </button>
      <p class="muted">
        On the aggregator's machine, <code>deploy/harvester user add NAME</code> makes an account.
      </p>
    </form>
  );
}
