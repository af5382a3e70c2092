// Views whose materialized data is older than their TTL.
import { Link } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { Age } from '../parts/Age.tsx';
import { duration } from '../parts/format.ts';
import { Section } from '../parts/Section.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Home } from '../registry/api.ts';
import styles from './Lines.module.css';

const SHOWN = 8;

export function StaleViews({ views, now }: { views: Home['staleViews']; now: number }) {
  const at = useAddresses();
  return (
    <Section
      title="Stale"
      aside={views.length > 0 && <Link {...at.list('feature-views', 'stale')}>All stale views</Link>}
    >
      {views.length === 0 ? (
        <p className={styles.nothing}>No view is older than its TTL.</p>
      ) : (
        <ul className={styles.lines}>
          {views.slice(0, SHOWN).map(({ ref, lastMaterialized, ttl }) => (
            <li key={`${ref.kind} ${ref.project} ${ref.name}`} className={styles.line}>
              <ThingLink to={ref} />
              <span className={styles.detail}>{ttl === null ? 'no TTL' : `TTL ${duration(ttl)}`}</span>
              <span className={styles.figure}>
                {lastMaterialized === null ? 'never' : <Age at={lastMaterialized} now={now} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
