// What is different between two versions: columns, fields, code.
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { Answered } from '../../parts/Answered.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import type { Ref, VersionDiff, VersionInfo } from '../../registry/api.ts';
import { useAnswer } from '../../registry/useAnswer.ts';
import { CodeDiff } from '../code/CodeDiff.tsx';
import { None } from '../None.tsx';
import type { ComparedVersions } from './comparedVersions.ts';
import { FieldChanges } from './FieldChanges.tsx';
import { SchemaChanges } from './SchemaChanges.tsx';
import styles from './VersionComparison.module.css';

interface Props {
  of: Ref;
  versions: readonly VersionInfo[];
  compared: ComparedVersions;
  onCompare: (compared: ComparedVersions) => void;
}

export function VersionComparison({ of: ref, versions, compared, onCompare }: Props) {
  const { from, to } = compared;
  const answer = useAnswer('versionDiff', ref, from, to);
  return (
    <div className={styles.comparison}>
      <div className={styles.choice}>
        <VersionChoice
          label="From"
          versions={versions}
          value={from}
          onChange={(from) => onCompare({ from, to })}
        />
        <VersionChoice label="to" versions={versions} value={to} onChange={(to) => onCompare({ from, to })} />
        <Link
          to="."
          search={(was) => ({ ...was, section: 'definition', version: to })}
          resetScroll={false}
          className={styles.definition}
        >
          Definition of v{to}
        </Link>
      </div>
      <Answered of={answer} skeleton={<Skeleton lines={4} />}>
        {(diff) => <Differences of={diff} />}
      </Answered>
    </div>
  );
}

function Differences({ of: { from, to, schema, fields, code } }: { of: VersionDiff }) {
  if (schema.length + fields.length + code.length === 0)
    return (
      <None>
        {from === to
          ? 'This is the same version twice.'
          : 'The two versions are the same but for what Feast books by itself.'}
      </None>
    );
  // Source text is set side by side instead.
  const shownFields = code.length > 0 ? fields.filter(({ path }) => !path.endsWith('.bodyText')) : fields;
  return (
    <>
      {schema.length > 0 && <SchemaChanges changes={schema} />}
      {shownFields.length > 0 && <FieldChanges changes={shownFields} />}
      {code.map((part) => (
        <CodeDiff key={part.title} {...part} names={[`v${from}`, `v${to}`]} />
      ))}
    </>
  );
}

interface ChoiceProps {
  label: string;
  versions: readonly VersionInfo[];
  value: number;
  onChange: (number: number) => void;
}

function VersionChoice({ label, versions, value, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(Number(target.value))}>
        {[...versions]
          .sort((a, b) => b.number - a.number)
          .map(({ number, isCurrent }) => (
            <option key={number} value={number}>
              v{number}
              {isCurrent ? ' (current)' : ''}
            </option>
          ))}
      </select>
    </>
  );
}
