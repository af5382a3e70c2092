// The strip that answers "is it alive?": last materialized, gap until now against the TTL, consumers, health.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { age, count, time } from '../parts/format.ts';
import type { Alive } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './AliveStrip.module.css';
import { healthOf, type Tone, verdictOf } from './alive.ts';

interface Props {
  alive: Alive;
  /** Not so of views whose values are computed when they are asked for. */
  isMaterialized: boolean;
}

export function AliveStrip({ alive, isMaterialized }: Props) {
  const { consumers } = alive;
  const health = healthOf(alive.health);
  return (
    <dl className={styles.strip}>
      {isMaterialized && <Materialized alive={alive} />}
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

function Materialized({ alive }: { alive: Alive }) {
  const { now } = useSnapshot();
  const { lastMaterialized } = alive;
  const verdict = verdictOf(alive);
  return (
    <>
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
    </>
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
