// The entities of a view, and the columns they are joined by.
import { ThingLink } from '../parts/ThingLink.tsx';
import type { EntityUse, ObjectPage } from '../registry/api.ts';
import { None } from './None.tsx';
import { Table, type TableColumn } from './Table.tsx';

const COLUMNS: readonly TableColumn<EntityUse>[] = [
  {
    title: 'Entity',
    cell: ({ ref, name }) => (ref ? <ThingLink to={ref} /> : <code>{name}</code>),
  },
  { title: 'Join key', cell: ({ joinKey }) => joinKey && <code>{joinKey}</code> },
  { title: 'Value type', cell: ({ valueType }) => valueType && <code>{valueType}</code> },
];

export function EntitiesSection({ page: { entities } }: { page: ObjectPage }) {
  if (!entities || entities.length === 0)
    return (
      <None>It has no entity: its features hold for everything at once, and are read without a key.</None>
    );
  return (
    <Table
      label="Entities"
      columns={COLUMNS}
      rows={entities}
      keyOf={({ name }, index) => `${index} ${name}`}
    />
  );
}
