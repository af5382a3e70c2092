// `[` and `]`: to the previous and the next thing of the list that one came from; between them the way
// back to it.
import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ALL_PROJECTS, addresses, useAddresses } from '../addresses.ts';
import { useShortcut } from '../frame/shortcuts.ts';
import { kindInfo } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import type { Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './Neighbours.module.css';
import { useNeighbours } from './useNeighbours.ts';
import { useObjectSearch } from './useObjectSearch.ts';

export function Neighbours({ of: ref }: { of: Ref }) {
  const { slug } = useSnapshot();
  const [{ q, sort, all }] = useObjectSearch();
  const neighbours = useNeighbours(ref);
  const at = useAddresses();
  const navigate = useNavigate();
  const go = (to: Ref | null | undefined) => {
    if (to) void navigate({ ...at.thing(to), search: { q, sort, all } });
  };
  // A key may be quicker than the answer: then it is the answer that goes.
  const wanted = useRef<'before' | 'after' | null>(null);
  const step = (side: 'before' | 'after') => {
    wanted.current = neighbours ? null : side;
    go(neighbours?.[side]);
  };
  useShortcut('previous-neighbour', () => step('before'));
  useShortcut('next-neighbour', () => step('after'));
  useEffect(() => {
    if (neighbours && wanted.current) step(wanted.current);
  });

  const { collection, plural } = kindInfo(ref.kind);
  if (!neighbours || !collection) return null;
  const { position, total, before, after } = neighbours;
  return (
    <nav className={styles.neighbours} aria-label="Neighbours in the list">
      <IconButton label="Previous  [" icon={ChevronLeft} disabled={!before} onClick={() => go(before)} />
      <Link
        {...addresses(slug, all ? ALL_PROJECTS : ref.project).list(collection, q)}
        search={{ q, sort }}
        className={styles.place}
        title={q ? `Back to the list: ${q}` : `Back to the list of ${plural}`}
      >
        {count(position + 1)} of {count(total)}
      </Link>
      <IconButton label="Next  ]" icon={ChevronRight} disabled={!after} onClick={() => go(after)} />
    </nav>
  );
}
