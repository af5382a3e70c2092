// What the checks found about an object: what is wrong, how one sees it, how to mend it.
import { CodeText, onlyCode } from '../parts/CodeText.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { SeverityMark } from '../parts/SeverityMark.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Finding } from '../registry/api.ts';
import styles from './FindingsSection.module.css';

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
  return (
    <li className={styles.finding}>
      <SeverityMark severity={severity} />
      <div className={styles.words}>
        <p className={styles.message}>
          <CodeText>{message}</CodeText> <code className={styles.rule}>{rule}</code>
        </p>
        {evidence !== '' && (
          <p className={styles.evidence}>
            <CodeText>{evidence}</CodeText>
          </p>
        )}
        {remedy !== '' && (
          <p>
            <CodeText>{remedy}</CodeText>
          </p>
        )}
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
      {remedy !== '' && <CopyButton text={onlyCode(remedy) ?? remedy} what="the fix" />}
    </li>
  );
}
