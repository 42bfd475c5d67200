// SPDX-License-Identifier: Apache-2.0
import type {ComponentChildren} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {post, Refused} from './api';
import {again} from './store';

type Result = Record<string, string | number>;

interface AskProps {
  /** What the button that opens it says. */
  open: string;
  title: string;
  /** What the button that does it says. */
  submit: string;
  danger?: boolean;
  children: ComponentChildren;
  act: (form: FormData) => Promise<Result>;
  /** What was done, in words, or with a secret that is shown once. */
  done: (result: Result) => ComponentChildren;
}

/** A button, and the dialog that asks before something is done. */
function Ask(props: AskProps) {
  const [isOpen, set] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => set(true)}>
        {props.open}
      </button>
      {isOpen && <Dialog {...props} close={() => set(false)} />}
    </>
  );
}

function Dialog({title, submit, danger, children, act, done, close}: AskProps & {close: () => void}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const last = useRef<HTMLButtonElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  /** With the title of then: the node may change while the dialog is shown. */
  const [finished, finish] = useState<{title: string; content: ComponentChildren}>();
  useEffect(() => dialog.current!.showModal(), []);
  useEffect(() => last.current?.focus(), [finished]); // the button that had the focus is gone
  const send = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem('');
    try {
      finish({title, content: done(await act(form))});
      again();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      setProblem(e.message);
    } finally {
      setBusy(false);
    }
  };
  const shut = () => dialog.current!.close();
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={close}>
      {finished ? (
        <div class="done">
          <h2 id="dialog-title">{finished.title}</h2>
          <div role="status">{finished.content}</div>
          <div class="actions">
            <button type="button" class="button primary" onClick={shut} ref={last}>
              Close
            </button>
          </div>
        </div>
      ) : (
        <form onSubmit={send}>
          <h2 id="dialog-title">{title}</h2>
          {children}
          {problem && (
            <p class="notice bad" role="alert">
              {problem}
            </p>
          )}
          <div class="actions">
            <button type="button" class="button" onClick={shut}>
              Cancel
            </button>
            <button type="submit" class={`button ${danger ? 'danger' : 'primary'}`} disabled={busy}>
              {submit}
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}

/** A secret that cannot be shown again. */
function Secret({label, value, children}: {label: string; value: string; children: ComponentChildren}) {
  const [copied, set] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => set(true), () => undefined);
  return (
    <div class="done">
      <label>
        {label}
        <input readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
      </label>
      {isSecureContext && (
        <div>
          <button type="button" class="button" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </button>
        </div>
      )}
      <p class="muted">It is shown this once. {children}</p>
    </div>
  );
}

const text = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

/** Lets machines in: a key with which they fetch their own tokens, or the token of one of them. */
export function Enrol() {
  const [one, set] = useState(false);
  return (
    <Ask
      open="Enrol …"
      title="Enrol"
      submit={one ? 'Make the token' : 'Make the key'}
      act={(form) =>
        one
          ? post('api/admin/add', {node: text(form, 'node')})
          : post('api/admin/enrol-key', {
              nodes: text(form, 'nodes') || '*',
              uses: Number(text(form, 'uses')),
              expires: text(form, 'expires'),
              reEnrol: form.get('reEnrol') !== null,
            })
      }
      done={(result) =>
        result.token ? (
          <Secret label={`Token of ${result.node}`} value={String(result.token)}>
            Prometheus sends it as a bearer token.
          </Secret>
        ) : (
          <Secret label="Enrolment key" value={String(result.key)}>
            On the machine: <code>install_harvester.sh --endpoint {new URL('.', location.href).href.replace(/\/$/, '')} --enrol-key …</code>
          </Secret>
        )
      }
    >
      <label>
        What
        <select value={one ? 'one' : 'key'} onChange={(event) => set(event.currentTarget.value === 'one')}>
          <option value="key">A key, with which machines fetch their tokens</option>
          <option value="one">The token of one node</option>
        </select>
      </label>
      {one ? (
        <label>
          Name of the node
          <input name="node" required maxLength={63} autocapitalize="none" spellcheck={false} />
        </label>
      ) : (
        <>
          <label>
            Machines that may use it
            <input name="uses" type="number" min="1" max="100000" defaultValue="1" required />
          </label>
          <label>
            Names: one, or a prefix followed by *
            <input name="nodes" defaultValue="*" required autocapitalize="none" spellcheck={false} />
          </label>
          <label>
            Valid for
            <select name="expires">
              <option value="1h">1 hour</option>
              <option value="1d">1 day</option>
              <option value="7d">7 days</option>
            </select>
          </label>
          <label class="check">
            <input name="reEnrol" type="checkbox" /> also for nodes that have a token, which it replaces
          </label>
        </>
      )}
    </Ask>
  );
}

/** What an admin does to one node. */
export function Administration({name, disabled, tags}: {name: string; disabled: boolean; tags: Record<string, string>}) {
  return (
    <div class="actions">
      <Ask
        open="Rotate token …"
        title={`New token for ${name}`}
        submit="Make the token"
        act={(form) => post('api/admin/rotate', {node: name, overlap: text(form, 'overlap')})}
        done={(result) => (
          <Secret label={`Token of ${name}`} value={String(result.token)}>
            Give it to the sender of the node.
          </Secret>
        )}
      >
        <label>
          The old tokens remain valid for
          <select name="overlap" defaultValue="24h">
            <option value="24h">24 hours</option>
            <option value="1h">1 hour</option>
            <option value="0">no longer: they may be stolen</option>
          </select>
        </label>
      </Ask>
      {disabled ? (
        <Ask
          open="Enable …"
          title={`Enable ${name}`}
          submit="Enable"
          act={() => post('api/admin/enable', {node: name})}
          done={() => `${name} is enabled: its requests are accepted within two seconds.`}
        >
          <p>Its requests are accepted again.</p>
        </Ask>
      ) : (
        <Ask
          open="Disable …"
          title={`Disable ${name}`}
          submit="Disable"
          danger
          act={() => post('api/admin/disable', {node: name})}
          done={() => `${name} is disabled: its requests are refused within two seconds.`}
        >
          <p>All its requests are refused, whatever credential they carry. What it sends meanwhile is lost. Its samples are kept.</p>
        </Ask>
      )}
      <Ask
        open="Tag …"
        title={`Tag ${name}`}
        submit="Save"
        act={(form) => post('api/admin/tag', {node: name, tags: {[text(form, 'key')]: text(form, 'value') || null}})}
        done={() => 'The tag is saved.'}
      >
        <label>
          Key, such as site
          <input name="key" list="tag-keys" required maxLength={63} autocapitalize="none" spellcheck={false} />
        </label>
        <datalist id="tag-keys">
          {Object.keys(tags).map((key) => (
            <option key={key} value={key} />
          ))}
        </datalist>
        <label>
          Value, such as berlin; empty removes the tag
          <input name="value" maxLength={200} />
        </label>
      </Ask>
      <Ask
        open="Note …"
        title={`Note about ${name}`}
        submit="Save"
        act={(form) => post('api/admin/note', {node: name, kind: text(form, 'kind'), text: text(form, 'text')})}
        done={() => 'The note is saved.'}
      >
        <label>
          What happened
          <input name="text" required maxLength={2000} />
        </label>
        <label>
          Kind
          <select name="kind">
            <option value="note">note</option>
            <option value="maintenance">maintenance</option>
          </select>
        </label>
      </Ask>
    </div>
  );
}
