// The keyboard shortcuts as data: the help lists this table, and `useShortcut` binds what a part of the
// page does to one of its lines. A line whose part is not in view does nothing.
import { useEffect, useRef } from 'react';
import { COLLECTIONS } from '../kinds/kinds.ts';

export interface Shortcut {
  id: string;
  /** Keys as `KeyboardEvent.key`, one after the other with blanks between; several spellings are several entries. */
  keys: readonly string[];
  label: string;
  group: 'Everywhere' | 'Go to' | 'In lists' | 'On pages of objects';
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'search', keys: ['/', 'Ctrl+k'], label: 'Search', group: 'Everywhere' },
  { id: 'copy-link', keys: ['y'], label: 'Copy the link to this view', group: 'Everywhere' },
  { id: 'theme', keys: ['Shift+T'], label: 'Change between light and dark', group: 'Everywhere' },
  { id: 'help', keys: ['?'], label: 'Show these shortcuts', group: 'Everywhere' },
  { id: 'go-open', keys: ['g o'], label: 'Open a snapshot', group: 'Go to' },
  { id: 'go-home', keys: ['g h'], label: 'Home', group: 'Go to' },
  ...COLLECTIONS.map(({ id, title, letter }) => ({
    id: `go-${id}`,
    keys: [`g ${letter}`],
    label: title,
    group: 'Go to' as const,
  })),
  { id: 'go-lineage', keys: ['g l'], label: 'Lineage', group: 'Go to' },
  { id: 'go-health', keys: ['g x'], label: 'Health', group: 'Go to' },
  { id: 'go-compare', keys: ['g c'], label: 'Compare', group: 'Go to' },
  { id: 'next', keys: ['j'], label: 'Next row', group: 'In lists' },
  { id: 'previous', keys: ['k'], label: 'Previous row', group: 'In lists' },
  { id: 'enter', keys: ['Enter'], label: 'Open the row', group: 'In lists' },
  { id: 'peek', keys: ['p'], label: 'Peek at the row without leaving the list', group: 'In lists' },
  { id: 'filter', keys: ['f'], label: 'Edit the filter', group: 'In lists' },
  {
    id: 'previous-neighbour',
    keys: ['['],
    label: 'Previous object of the list',
    group: 'On pages of objects',
  },
  { id: 'next-neighbour', keys: [']'], label: 'Next object of the list', group: 'On pages of objects' },
];

/** Does `run` when the keys of the shortcut `id` are pressed, for as long as the component is shown. */
export function useShortcut(id: string, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => bind(id, () => latest.current()), [id]);
}

/** Handlers by shortcut; the one that was bound last has it. */
const bound = new Map<string, (() => void)[]>();

function bind(id: string, run: () => void): () => void {
  bound.set(id, [...(bound.get(id) ?? []), run]);
  return () => {
    bound.set(
      id,
      (bound.get(id) ?? []).filter((other) => other !== run),
    );
  };
}

/** The first key of a sequence such as `g v`, until it is forgotten. */
let pending = '';
let forget: ReturnType<typeof setTimeout> | undefined;
const PATIENCE_MS = 1500;

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = spelled(event);
  if (isTyping(event.target) && !key.startsWith('Ctrl+')) return;
  clearTimeout(forget);
  const shortcut = find(pending === '' ? key : `${pending} ${key}`) ?? find(key);
  pending = '';
  const run = shortcut && bound.get(shortcut.id)?.at(-1);
  if (run) {
    event.preventDefault();
    run();
  } else if (SHORTCUTS.some(({ keys }) => keys.some((keys) => keys.startsWith(`${key} `)))) {
    pending = key;
    forget = setTimeout(() => {
      pending = '';
    }, PATIENCE_MS);
  }
}

function find(keys: string): Shortcut | undefined {
  return SHORTCUTS.find((shortcut) => shortcut.keys.includes(keys));
}

/** Command counts as Control. Shift is part of most signs already and only named with letters. */
function spelled({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  if (altKey) return `Alt+${key}`;
  if (ctrlKey || metaKey) return `Ctrl+${key.toLowerCase()}`;
  return shiftKey && /^[A-Z]$/.test(key) ? `Shift+${key}` : key;
}

/** Keys typed into a field are text, and Enter on a button or link is its own. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
