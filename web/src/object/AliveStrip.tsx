// The strip that answers "is it alive?": last materialized, gap until now against the TTL, consumers, health.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { age, count, time } from '../parts/format.ts';
import type { Alive } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './AliveStrip.module.css';
import { healthOf, type Tone, verdictOf } from './alive.ts';

export function AliveStrip({ alive }: { alive: Alive }) {
  const { now } = useSnapshot();
  const { lastMaterialized, consumers } = alive;
  const verdict = verdictOf(alive);
  const health = healthOf(alive.health);
  return (
    <dl className={styles.strip}>
      <Figure
        label="Last materialized"
        value={lastMaterialized === null ? 'never' : age(lastMaterialized, now)}
        note={lastMaterialized === null ? 'no interval is recorded' : time(lastMaterialized)}
        section="materialization"
      />
      <Figure
        label="Gap until now"
        value={verdict.text}
        note={verdict.measure}
        tone={verdict.tone}
        section="materialization"
      >
        {verdict.share !== null && (
          <span className={styles.meter} data-tone={verdict.tone}>
            <span style={{ width: `${verdict.share * 100}%` }} />
          </span>
        )}
      </Figure>
      <Figure
        label="Consumers"
        value={count(consumers)}
        note={consumers === 0 ? 'nobody reads it' : 'read it'}
        section="used-by"
      />
      <Figure label="Health" value={health.text} note="by the checks" tone={health.tone} section="findings" />
    </dl>
  );
}

interface FigureProps {
  label: string;
  value: string;
  note: string;
  tone?: Tone;
  /** The section that says more. */
  section: string;
  children?: ReactNode;
}

function Figure({ label, value, note, tone = 'plain', section, children }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd>
        <Link
          to="."
          search={(was) => ({ ...was, section })}
          resetScroll={false}
          className={styles.value}
          data-tone={tone}
        >
          {value}
        </Link>
        {children}
        <span className={styles.note}>{note}</span>
      </dd>
    </div>
  );
}
