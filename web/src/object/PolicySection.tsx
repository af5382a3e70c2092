// What a permission says: who may do what, and with which objects.
import type { ReactNode } from 'react';
import type { ObjectPage } from '../registry/api.ts';
import styles from './Facts.module.css';
import { Words } from './Words.tsx';

export function PolicySection({ page: { policy } }: { page: ObjectPage }) {
  if (!policy) return null;
  const { kind, roles, groups, namespaces, actions, types, namePatterns, requiredTags } = policy;
  const isForEveryone = roles.length + groups.length + namespaces.length === 0;
  return (
    <dl className={styles.facts}>
      <Line label="Policy">
        {kind}
        {isForEveryone && ': everyone'}
      </Line>
      {roles.length > 0 && <Line label="Roles" words={roles} />}
      {groups.length > 0 && <Line label="Groups" words={groups} />}
      {namespaces.length > 0 && <Line label="Namespaces" words={namespaces} />}
      <Line label="Actions" words={actions} none="none" />
      <Line label="Types" words={types} none="all" />
      <Line label="Name patterns" words={namePatterns} none="any name" />
      <Line label="Required tags" words={requiredTags.map((tag) => tag.join('='))} none="none" />
    </dl>
  );
}

interface LineProps {
  label: string;
  words?: string[];
  none?: string;
  children?: ReactNode;
}

function Line({ label, words, none = '', children }: LineProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{words ? <Words of={words} none={none} /> : children}</dd>
    </div>
  );
}
