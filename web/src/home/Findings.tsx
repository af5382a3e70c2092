// What looks wrong: the first findings of the health check.
import { Link } from '@tanstack/react-router';
import { useAddresses, useProject } from '../addresses.ts';
import { Answered } from '../parts/Answered.tsx';
import { counted } from '../parts/format.ts';
import { Section } from '../parts/Section.tsx';
import { SeverityMark } from '../parts/SeverityMark.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Finding } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useHealth } from '../registry/useHealth.ts';
import styles from './Lines.module.css';

export function Findings() {
  const at = useAddresses();
  const answer = useHealth(useSnapshot(), useProject());
  const total = answer.state === 'ready' ? answer.value.total : 0;
  return (
    <Section
      title="Health"
      aside={total > 0 && <Link {...at.health()}>All {counted(total, 'finding')}</Link>}
    >
      <Answered of={answer} skeleton={<Skeleton lines={4} label="Looking for what is wrong" />}>
        {({ findings }) =>
          findings.length === 0 ? (
            <p className={styles.nothing}>Nothing looks wrong.</p>
          ) : (
            <ul className={styles.lines}>
              {findings.map((finding) => (
                <Line key={keyOf(finding)} finding={finding} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}

function Line({ finding: { severity, ref, message } }: { finding: Finding }) {
  return (
    <li className={styles.finding}>
      <SeverityMark severity={severity} />
      <ThingLink to={ref} />
      <span className={styles.detail} title={message}>
        {message}
      </span>
    </li>
  );
}

function keyOf({ rule, ref, evidence }: Finding): string {
  return `${rule} ${ref.kind} ${ref.project} ${ref.name} ${evidence}`;
}
