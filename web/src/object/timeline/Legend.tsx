// What the colours of the timeline stand for, and how many there are of each.
import { counted, duration } from '../../parts/format.ts';
import type { Materialization } from '../../registry/api.ts';
import styles from './Timeline.module.css';

export function Legend({ of: { intervals, gaps, overlaps, ttl, future } }: { of: Materialization }) {
  const entries = [
    { mark: 'interval', label: counted(intervals.length, 'interval'), isThere: true },
    { mark: 'gap', label: counted(gaps.length, 'gap'), isThere: gaps.length > 0 },
    { mark: 'overlap', label: counted(overlaps.length, 'overlap'), isThere: overlaps.length > 0 },
    { mark: 'future', label: 'in the future', isThere: future !== null },
    { mark: 'ttl', label: `TTL ${duration(ttl ?? 0)}`, isThere: Boolean(ttl) },
  ];
  return (
    <ul className={styles.legend}>
      {entries
        .filter(({ isThere }) => isThere)
        .map(({ mark, label }) => (
          <li key={mark}>
            <span className={styles.swatch} data-mark={mark} />
            {label}
          </li>
        ))}
    </ul>
  );
}
