// What the checks found about an object: what is wrong, how one sees it, how to mend it.
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Finding, Severity } from '../registry/api.ts';
import styles from './FindingsSection.module.css';

const ICONS: Record<Severity, typeof Info> = { error: CircleAlert, warning: TriangleAlert, info: Info };
const WORDS: Record<Severity, string> = { error: 'Error', warning: 'Warning', info: 'Hint' };

export function FindingsSection({ page: { findings } }: { page: { findings: Finding[] } }) {
  return (
    <ul className={styles.findings}>
      {findings.map((finding, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule may find more than one thing here
        <Item key={index} finding={finding} />
      ))}
    </ul>
  );
}

function Item({ finding: { rule, severity, message, evidence, remedy, related } }: { finding: Finding }) {
  const Icon = ICONS[severity];
  return (
    <li className={styles.finding} data-severity={severity}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className={styles.words}>
        <p className={styles.message}>
          <span className="only-for-screen-readers">{WORDS[severity]}: </span>
          {message} <code className={styles.rule}>{rule}</code>
        </p>
        {evidence !== '' && <p className={styles.evidence}>{evidence}</p>}
        {remedy !== '' && <p>{remedy}</p>}
        {related.length > 0 && (
          <ul className={styles.related} aria-label="Related">
            {related.map((ref) => (
              <li key={`${ref.kind} ${ref.project} ${ref.name}`}>
                <ThingLink to={ref} isFull />
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
