// The words of the filter as chips, each to be taken out; a word that means nothing says why.
import { X } from 'lucide-react';
import type { List } from '../registry/api.ts';
import styles from './FilterTerms.module.css';
import { withoutWord } from './filterText.ts';
import { useListSearch } from './useListSearch.ts';

export function FilterTerms({ terms }: { terms: List['terms'] }) {
  const [{ q = '' }, change] = useListSearch();
  if (terms.length === 0) return null;
  return (
    <ul className={styles.terms} aria-label="Filter">
      {terms.map(({ text, problem }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same word may stand twice
        <li key={`${place} ${text}`} className={styles.term} data-problem={problem !== null}>
          <code>{text}</code>
          {problem && <span className={styles.problem}>{problem}</span>}
          <button
            type="button"
            className={styles.remove}
            aria-label={`Remove ${text}`}
            onClick={() => change({ q: withoutWord(q, text) })}
          >
            <X size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
