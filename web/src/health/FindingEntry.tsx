// One finding: the object, what is wrong with it, by what one sees it, and what to do.
import { CodeText, onlyCode } from '../parts/CodeText.tsx';
import { CopyButton } from '../parts/CopyButton.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Finding } from '../registry/api.ts';
import styles from './FindingEntry.module.css';

export function FindingEntry({ finding }: { finding: Finding }) {
  const { ref, owner, message, evidence, remedy, related } = finding;
  return (
    <div className={styles.finding}>
      <p className={styles.about}>
        <ThingLink to={ref} isFull />
        {owner && <span className={styles.owner}>{owner}</span>}
      </p>
      <div className={styles.words}>
        <p>
          <CodeText>{message}</CodeText>
        </p>
        {evidence !== '' && (
          <p className={styles.evidence}>
            <CodeText>{evidence}</CodeText>
          </p>
        )}
        {remedy !== '' && (
          <p className={styles.remedy}>
            <span>
              <CodeText>{remedy}</CodeText>
            </span>
            <CopyButton text={onlyCode(remedy) ?? remedy} what="the fix" />
          </p>
        )}
        {related.length > 0 && (
          <ul className={styles.related} aria-label="It is also about">
            {related.map((ref) => (
              <li key={`${ref.kind} ${ref.project} ${ref.name}`}>
                <ThingLink to={ref} isFull />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
