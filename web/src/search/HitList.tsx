// The hits as a list; only those in view are drawn.
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { addresses } from '../addresses.ts';
import { kindInfo } from '../kinds/kinds.ts';
import type { FoundHit } from './found.ts';
import { Hit } from './Hit.tsx';
import styles from './HitList.module.css';

interface Props {
  hits: readonly FoundHit[];
  withSnapshot: boolean;
  withProject: boolean;
}

const ROW = 32;

export function HitList({ hits, withSnapshot, withProject }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: hits.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  return (
    <div ref={frame} className={styles.frame}>
      <ul className={styles.list} style={{ height: rows.getTotalSize() }} aria-label="Hits">
        {rows.getVirtualItems().map(({ index, start }) => {
          const hit = hits[index];
          if (!hit) return null;
          return (
            <li
              key={index}
              ref={rows.measureElement}
              data-index={index}
              className={styles.row}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={hits.length}
              aria-posinset={index + 1}
            >
              <Link {...addresses(hit.snapshot, hit.ref.project).thing(hit.ref)} className={styles.link}>
                <span className="only-for-screen-readers">{kindInfo(hit.ref.kind).singular}</span>
                <Hit hit={hit} withSnapshot={withSnapshot} withProject={withProject} />
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
