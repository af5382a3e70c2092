// Settings: label and value, by what kind of value it is.
import { Check, Minus } from 'lucide-react';
import { Age } from '../parts/Age.tsx';
import { duration } from '../parts/format.ts';
import type { Fact } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './Facts.module.css';

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt title={fact.hint ?? undefined} data-hint={fact.hint !== null}>
            {fact.label}
            {fact.hint && <span className="only-for-screen-readers"> ({fact.hint})</span>}
          </dt>
          <dd>
            <FactValue fact={fact} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactValue({ fact: { kind, value } }: { fact: Fact }) {
  const { now } = useSnapshot();
  const number = Number(value);
  if (value === '') return <span className={styles.none}>not set</span>;
  if (kind === 'flag') return <Flag isSet={value === 'true'} />;
  if (kind === 'duration' && Number.isFinite(number))
    return <span title={`${value} s`}>{duration(number)}</span>;
  if (kind === 'time' && Number.isFinite(number)) return <Age at={number} now={now} />;
  // Addresses of stores and brokers are shown, never followed.
  if (kind === 'code' || kind === 'url') return <code>{value}</code>;
  return value;
}

function Flag({ isSet }: { isSet: boolean }) {
  const Icon = isSet ? Check : Minus;
  return (
    <span className={styles.flag} data-set={isSet}>
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
      {isSet ? 'yes' : 'no'}
    </span>
  );
}
