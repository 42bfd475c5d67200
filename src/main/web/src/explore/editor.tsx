// SPDX-License-Identifier: Apache-2.0
import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from '@codemirror/autocomplete';
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands';
import {bracketMatching, HighlightStyle, syntaxHighlighting} from '@codemirror/language';
import {EditorState, Prec} from '@codemirror/state';
import {EditorView, keymap, placeholder} from '@codemirror/view';
import {tags} from '@lezer/highlight';
import {PromQLExtension} from '@prometheus-io/codemirror-promql';
import {useEffect, useRef} from 'preact/hooks';

interface Props {
  value: string;
  onChange: (value: string) => void;
  onSubmit: (value: string) => void;
  dark: boolean;
}

/** A prompt for PromQL: completes metrics, labels and functions. */
export function Editor({value, onChange, onSubmit, dark}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const calls = useRef({onChange, onSubmit});
  calls.current = {onChange, onSubmit};

  useEffect(() => {
    // In a shadow tree, the editor adopts style sheets: elements of style are against the page's policy.
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({mode: 'open'});
    const made = new EditorView({state: EditorState.create({doc: value, extensions: extensions(dark, calls)}), root, parent: root});
    view.current = made;
    return () => made.destroy();
  }, [dark]);

  useEffect(() => {
    const made = view.current!;
    const doc = made.state.doc.toString();
    if (doc !== value) made.dispatch({changes: {from: 0, to: doc.length, insert: value}});
  }, [value]);

  return <div ref={place} class="editor" />;
}

function extensions(dark: boolean, calls: {current: {onChange: (text: string) => void; onSubmit: (text: string) => void}}) {
  const promql = new PromQLExtension();
  promql.setComplete({
    remote: {
      url: location.pathname.replace(/\/$/, ''),
      httpMethod: 'GET',
      requestHeaders: new Headers({'X-Requested-With': 'fetch'}),
      cache: {maxAge: 60_000},
    },
  });
  const submit = (view: EditorView) => {
    calls.current.onSubmit(view.state.doc.toString());
    return true;
  };
  return [
    history(),
    closeBrackets(),
    bracketMatching(),
    autocompletion(),
    promql.asExtension(),
    syntaxHighlighting(highlighting(dark)),
    EditorView.lineWrapping,
    EditorView.theme(theme(dark), {dark}),
    EditorView.contentAttributes.of({'aria-label': 'PromQL expression'}),
    placeholder('PromQL expression'),
    Prec.high(keymap.of([{key: 'Enter', run: submit}, {key: 'Mod-Enter', run: submit}, {key: 'Shift-Enter', run: newLine}])),
    Prec.highest(keymap.of(completionKeymap)),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) calls.current.onChange(update.state.doc.toString());
    }),
  ];
}

function newLine(view: EditorView): boolean {
  view.dispatch(view.state.replaceSelection('\n'));
  return true;
}

function highlighting(dark: boolean): HighlightStyle {
  const colors = dark
    ? {function: '#7fb3e6', name: '#e8e6e1', string: '#8fcf9f', number: '#e6b36b', keyword: '#d89ac4', label: '#b8a6ef'}
    : {function: '#1f5f9e', name: '#22211f', string: '#1d6b3c', number: '#8a4a00', keyword: '#93306b', label: '#5a3fb0'};
  return HighlightStyle.define([
    {tag: tags.function(tags.variableName), color: colors.function},
    {tag: tags.variableName, color: colors.name},
    {tag: tags.labelName, color: colors.label},
    {tag: tags.string, color: colors.string},
    {tag: tags.number, color: colors.number},
    {tag: [tags.keyword, tags.operator, tags.modifier], color: colors.keyword},
  ]);
}

function theme(dark: boolean) {
  const [text, back, soft] = dark ? ['#e8e6e1', '#262522', '#3a3833'] : ['#22211f', '#ffffff', '#e4e1da'];
  return {
    '&': {fontSize: '14px', color: text},
    '&.cm-focused': {outline: 'none'},
    '.cm-content': {fontFamily: 'ui-monospace, monospace', padding: '8px 0', caretColor: text},
    '.cm-tooltip': {background: back, border: `1px solid ${soft}`, color: text},
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {background: '#1f6f54', color: '#fff'},
    '.cm-completionDetail': {opacity: '0.7'},
  };
}
