// What a view sums up over which windows of time.
import { duration } from '../parts/format.ts';
import type { Aggregation, ObjectPage } from '../registry/api.ts';
import { Table, type TableColumn } from './Table.tsx';

const COLUMNS: readonly TableColumn<Aggregation>[] = [
  { title: 'Name', cell: ({ name }) => name && <code>{name}</code> },
  { title: 'Column', cell: ({ column }) => <code>{column}</code> },
  { title: 'Function', cell: ({ function: name }) => <code>{name}</code> },
  { title: 'Window', cell: ({ window }) => (window ? duration(window) : 'all of time') },
  { title: 'Slides by', cell: ({ slide }) => slide && duration(slide) },
];

export function AggregationsSection({ page: { aggregations } }: { page: ObjectPage }) {
  return <Table label="Aggregations" columns={COLUMNS} rows={aggregations} keyOf={(_, index) => index} />;
}
