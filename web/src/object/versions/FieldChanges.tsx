// Fields of a definition with other values: where it is, before, after.
import { counted } from '../../parts/format.ts';
import type { FieldChange } from '../../registry/api.ts';
import { Table, type TableColumn } from '../Table.tsx';
import styles from './Changes.module.css';

const COLUMNS: readonly TableColumn<FieldChange>[] = [
  { title: 'Field', cell: ({ path }) => <code>{path}</code> },
  { title: 'Before', cell: ({ before }) => (before === null ? <Absent /> : <del>{before}</del>) },
  { title: 'After', cell: ({ after }) => (after === null ? <Absent /> : <ins>{after}</ins>) },
];

export function FieldChanges({ changes }: { changes: readonly FieldChange[] }) {
  const title = `${counted(changes.length, 'field')} changed`;
  return (
    <div className={styles.fields}>
      <h3 className={styles.title}>{title}</h3>
      <Table label={title} columns={COLUMNS} rows={changes} keyOf={({ path }, index) => `${index} ${path}`} />
    </div>
  );
}

function Absent() {
  return <span className={styles.absent}>not set</span>;
}
