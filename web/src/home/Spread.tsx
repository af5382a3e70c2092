// How things are spread: small bars that lead to the lists of what they count.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAddresses } from '../addresses.ts';
import { count } from '../parts/format.ts';
import { Section } from '../parts/Section.tsx';
import type { Facet, Home } from '../registry/api.ts';
import styles from './Spread.module.css';

const SHOWN = 6;

export function Spread({ home: { owners, tags, sourceTypes, viewKinds } }: { home: Home }) {
  const all: [title: string, facets: Facet[]][] = [
    ['By owner', owners],
    ['By tag', tags],
    ['By kind of view', viewKinds],
    ['By type of source', sourceTypes],
  ];
  return (
    <div className={styles.spread}>
      {all.map(([title, facets]) => facets.length > 0 && <Bars key={title} title={title} facets={facets} />)}
    </div>
  );
}

function Bars({ title, facets }: { title: string; facets: Facet[] }) {
  const at = useAddresses();
  const [isOpen, setOpen] = useState(false);
  const most = Math.max(...facets.map((facet) => facet.count));
  const rest = facets.length - SHOWN;
  return (
    <Section title={title}>
      <ul className={styles.bars}>
        {facets.slice(0, isOpen ? undefined : SHOWN).map((facet) => (
          <li key={facet.filter}>
            <Link
              {...at.list(facet.collection, facet.filter)}
              className={styles.bar}
              title={facet.label || 'none'}
            >
              <span className={styles.length} style={{ width: `${(facet.count / most) * 100}%` }} />
              <span className={styles.label}>{facet.label || 'none'}</span>
              <span className={styles.count}>{count(facet.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <button type="button" className={styles.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Fewer' : `${rest} more`}
        </button>
      )}
    </Section>
  );
}
