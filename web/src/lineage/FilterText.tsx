// The filter sentence: what is typed holds after a moment, or with Enter.
import { useEffect, useId, useState } from 'react';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import styles from './FilterText.module.css';

interface Props {
  project: string;
  text: string;
  onChange: (text: string | undefined) => void;
}

const PAUSE_MS = 400;

export function FilterText({ project, text, onChange }: Props) {
  const { now } = useSnapshot();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts it
  useEffect(() => {
    const soon = setTimeout(() => typed.trim() !== text && onChange(typed.trim() || undefined), PAUSE_MS);
    return () => clearTimeout(soon);
  }, [typed]);
  const words = useId();
  const word = typed.split(/\s+/).at(-1) ?? '';
  const request = { collection: 'feature-views', project, filter: '', sort: null, now } as const;
  const suggested = useAnswer('suggest', request, word);
  const before = typed.slice(0, typed.length - word.length);
  return (
    <>
      <input
        type="search"
        className={styles.text}
        aria-label="Filter by tag, owner, name"
        placeholder="tag:tier=gold owner:…"
        list={words}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && onChange(typed.trim() || undefined)}
      />
      <datalist id={words}>
        {suggested.state === 'ready' &&
          suggested.value.map(({ text }) => <option key={text} value={`${before}${text}`} />)}
      </datalist>
    </>
  );
}
