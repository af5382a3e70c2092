// Where the data comes from: each source with what its kind needs.
import { ThingLink } from '../parts/ThingLink.tsx';
import type { ObjectPage, SourcePart } from '../registry/api.ts';
import { Code } from './code/Code.tsx';
import { Facts } from './Facts.tsx';
import { Folded } from './Folded.tsx';
import { None } from './None.tsx';
import { SchemaTable } from './SchemaTable.tsx';
import styles from './SourcesSection.module.css';

const ROLES: Record<SourcePart['role'], string> = {
  batch: 'Batch source',
  stream: 'Stream source',
  request: 'Sent with the request',
  view: 'Feature view',
  source: 'This source',
};

export function SourcesSection({ page: { sources } }: { page: ObjectPage }) {
  if (!sources || sources.length === 0)
    return <None>It has no source: there is nothing to materialize it from.</None>;
  return (
    <Folded id="sources" of={sources}>
      {(shown) => (
        <ul className={styles.sources}>
          {shown.map((source, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same source may be there in two roles
            <Source key={index} source={source} />
          ))}
        </ul>
      )}
    </Folded>
  );
}

function Source({ source: { role, name, type, ref, facts, query, fields } }: { source: SourcePart }) {
  return (
    <li className={styles.source}>
      <div className={styles.heading}>
        <h3>{ROLES[role]}</h3>
        {role !== 'source' && (
          <span className={styles.name}>{ref ? <ThingLink to={ref} /> : <code>{name}</code>}</span>
        )}
        {type !== '' && <code className={styles.type}>{type}</code>}
      </div>
      {facts.length > 0 && <Facts facts={facts} />}
      {query !== null && <Code text={query} language="sql" what="the query" />}
      {fields !== null && fields.length > 0 && (
        <Folded id={`fields of ${name}`} of={fields}>
          {(shown) => <SchemaTable label={`Columns of ${name}`} fields={shown} />}
        </Folded>
      )}
    </li>
  );
}
