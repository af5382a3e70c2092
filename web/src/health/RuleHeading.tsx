// A rule that found something: what it looks for, and why that matters.
import { count } from '../parts/format.ts';
import { SeverityMark } from '../parts/SeverityMark.tsx';
import type { Health } from '../registry/api.ts';
import styles from './RuleHeading.module.css';

/** `shown` of its findings follow. */
export function RuleHeading({
  rule: { title, severity, count: total, why },
  shown,
}: {
  rule: Health['rules'][number];
  shown: number;
}) {
  return (
    <header className={styles.heading}>
      <SeverityMark severity={severity} />
      <h2 className={styles.title}>{title}</h2>
      <span className={styles.count}>
        {shown < total ? `${count(shown)} of ${count(total)}` : count(total)}
      </span>
      <p className={styles.why}>{why}</p>
    </header>
  );
}
