// What looks wrong: the first findings of the health check.
import { Link } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { counted } from '../parts/format.ts';
import { Section } from '../parts/Section.tsx';
import { SeverityMark } from '../parts/SeverityMark.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Finding, SeverityCounts } from '../registry/api.ts';
import styles from './Lines.module.css';

export function Findings({ findings, counts }: { findings: Finding[]; counts: SeverityCounts }) {
  const at = useAddresses();
  const total = counts.error + counts.warning + counts.info;
  return (
    <Section
      title="Health"
      aside={total > 0 && <Link {...at.health()}>All {counted(total, 'finding')}</Link>}
    >
      {findings.length === 0 ? (
        <p className={styles.nothing}>Nothing looks wrong.</p>
      ) : (
        <ul className={styles.lines}>
          {findings.map(({ rule, severity, ref, message }) => (
            <li key={`${rule} ${ref.kind} ${ref.project} ${ref.name}`} className={styles.finding}>
              <SeverityMark severity={severity} />
              <ThingLink to={ref} />
              <span className={styles.detail} title={message}>
                {message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
