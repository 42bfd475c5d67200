// SPDX-License-Identifier: Apache-2.0
import type {ComponentChildren} from 'preact';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';

const OVERSCAN = 12;

interface Props<T> {
  items: T[];
  rowHeight: number;
  label: string;
  head: ComponentChildren;
  columns: number;
  row: (item: T, index: number) => ComponentChildren;
}

/** A table of which only the rows in sight are elements: the window scrolls it. */
export function VirtualTable<T>({items, rowHeight, label, head, columns, row}: Props<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [first, setFirst] = useState(0);
  const [count, setCount] = useState(60);

  useEffect(() => {
    const look = () => {
      const top = body.current!.getBoundingClientRect().top;
      setFirst(Math.max(0, Math.floor(-top / rowHeight) - OVERSCAN));
      setCount(Math.ceil(innerHeight / rowHeight) + 2 * OVERSCAN);
    };
    look();
    addEventListener('scroll', look, {passive: true});
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [rowHeight]);

  const start = Math.min(first, Math.max(0, items.length - count));
  const end = Math.min(items.length, start + count);
  const wanted = useRef(-1);

  useLayoutEffect(() => {
    if (wanted.current >= 0) {
      focusRow(body.current!, wanted.current);
      wanted.current = -1;
    }
  });

  /** Arrow keys move between rows, also to one that is no element yet. */
  function move(event: KeyboardEvent) {
    const at = (event.target as HTMLElement).closest('tr')?.dataset.index;
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20}[event.key];
    if (at === undefined || !step) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(items.length - 1, Number(at) + step));
    const top = body.current!.getBoundingClientRect().top + to * rowHeight;
    if (top < 120) scrollBy(0, top - 120);
    else if (top > innerHeight - 2 * rowHeight) scrollBy(0, top - innerHeight + 3 * rowHeight);
    if (!focusRow(body.current!, to)) wanted.current = to;
  }

  return (
    <table class="fleet" aria-label={label} aria-rowcount={items.length + 1} onKeyDown={move}>
      <thead>{head}</thead>
      <tbody ref={body}>
        <Spacer height={start * rowHeight} columns={columns} />
        {items.slice(start, end).map((item, i) => row(item, start + i))}
        <Spacer height={(items.length - end) * rowHeight} columns={columns} />
      </tbody>
    </table>
  );
}

function Spacer({height, columns}: {height: number; columns: number}) {
  return (
    <tr class="spacer" aria-hidden="true" style={{height: `${height}px`}}>
      <td colSpan={columns} />
    </tr>
  );
}

function focusRow(body: HTMLElement, index: number): boolean {
  const target = body.querySelector<HTMLElement>(`tr[data-index="${index}"] :is(a, button)`);
  target?.focus();
  return target !== null;
}
