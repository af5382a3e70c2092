// Columns with their types. Only what any of the columns has is shown.
import { KindIcon } from '../kinds/KindIcon.tsx';
import { TagChip } from '../parts/TagChip.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { SchemaField } from '../registry/api.ts';
import styles from './SchemaTable.module.css';
import { Table, type TableColumn } from './Table.tsx';
import { vectorInWords } from './vector.ts';

const ROLES: Record<SchemaField['role'], string> = { feature: 'feature', entity: 'join key', label: 'label' };

const COLUMNS: readonly (TableColumn<SchemaField> & {
  isShown: (fields: readonly SchemaField[]) => boolean;
})[] = [
  { title: 'Name', cell: (field) => <Name field={field} />, isShown: () => true },
  {
    title: 'Type',
    cell: ({ type }) => <code className={styles.type}>{type}</code>,
    isShort: true,
    isShown: () => true,
  },
  {
    title: 'Role',
    cell: ({ role }) => ROLES[role],
    isShown: (fields) => new Set(fields.map(({ role }) => role)).size > 1,
  },
  {
    title: 'Description',
    cell: ({ description }) => description,
    isWide: true,
    isShown: (fields) => fields.some(({ description }) => description !== ''),
  },
  {
    title: 'Vector',
    cell: ({ vector }) => vector && vectorInWords(vector),
    isShown: (fields) => fields.some(({ vector }) => vector !== null),
  },
  {
    title: 'Tags',
    cell: ({ tags }) => (tags.length === 0 ? null : <Tags tags={tags} />),
    isShown: (fields) => fields.some(({ tags }) => tags.length > 0),
  },
];

export function SchemaTable({ label, fields }: { label: string; fields: readonly SchemaField[] }) {
  return (
    <Table
      label={label}
      columns={COLUMNS.filter(({ isShown }) => isShown(fields))}
      rows={fields}
      keyOf={({ name }, index) => `${index} ${name}`}
    />
  );
}

function Name({ field: { name, role, ref } }: { field: SchemaField }) {
  if (ref) return <ThingLink to={ref} />;
  return (
    <span className={styles.name} title={name}>
      {role === 'entity' && <KindIcon kind="Entity" />}
      <code>{name}</code>
    </span>
  );
}

function Tags({ tags }: { tags: [string, string][] }) {
  return (
    <span className={styles.tags}>
      {tags.map((tag) => (
        <TagChip key={tag[0]} tag={tag} collection="features" />
      ))}
    </span>
  );
}
