// A list of which only the beginning is shown until one asks for all of it. That it is open is kept in
// the address.
import type { ReactNode } from 'react';
import { count } from '../parts/format.ts';
import styles from './Folded.module.css';
import { useObjectSearch } from './useObjectSearch.ts';

interface Props<T> {
  /** Names it in the address. */
  id: string;
  of: readonly T[];
  /** How many are shown at first. Few more than that are shown at once. */
  first?: number;
  children: (shown: readonly T[]) => ReactNode;
}

export function Folded<T>({ id, of: all, first = 20, children }: Props<T>) {
  const [{ open = '' }, change] = useObjectSearch();
  const opened = open.split(',').filter(Boolean);
  const isOpen = opened.includes(id);
  const canFold = all.length > first * 1.25;
  const toggle = () =>
    change({ open: (isOpen ? opened.filter((other) => other !== id) : [...opened, id]).join(',') });
  return (
    <>
      {children(isOpen || !canFold ? all : all.slice(0, first))}
      {canFold && (
        <button type="button" className={styles.more} aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? `Show the first ${first} only` : `Show all ${count(all.length)}`}
        </button>
      )}
    </>
  );
}
