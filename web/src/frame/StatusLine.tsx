// Short news at the bottom of the window ("Link copied"), read out by screen readers.
import { useSyncExternalStore } from 'react';
import styles from './StatusLine.module.css';

export interface News {
  text: string;
  action?: { label: string; run: () => void };
}

let news: News | null = null;
let forget: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const SHOWN_MS = 4000;

/** Shows it for a few seconds; with an action, until it is taken. */
export function tell(next: News): void {
  clearTimeout(forget);
  change(next);
  if (!next.action) forget = setTimeout(() => change(null), SHOWN_MS);
}

export function StatusLine() {
  const shown = useSyncExternalStore(subscribe, () => news);
  const take = () => {
    change(null);
    shown?.action?.run();
  };
  return (
    <div role="status" className={styles.status} data-shown={shown !== null}>
      {shown?.text}
      {shown?.action && (
        <button type="button" className={styles.action} onClick={take}>
          {shown.action.label}
        </button>
      )}
    </div>
  );
}

function change(to: News | null): void {
  news = to;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
