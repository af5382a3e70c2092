// The timeline in words: its intervals, gaps and overlaps, latest first.
import { ScanSearch } from 'lucide-react';
import { duration, time } from '../../parts/format.ts';
import { IconButton } from '../../parts/IconButton.tsx';
import type { Materialization } from '../../registry/api.ts';
import { Folded } from '../Folded.tsx';
import { Table, type TableColumn } from '../Table.tsx';
import { type Entry, entriesOf } from './entries.ts';
import type { Span } from './spans.ts';

const WORDS: Record<Entry['what'], string> = {
  interval: 'Interval',
  gap: 'Gap',
  overlap: 'Overlap',
  future: 'Interval into the future',
};
const TONES = { interval: undefined, gap: 'error', overlap: 'warning', future: 'error' } as const;

const COLUMNS: readonly TableColumn<Entry>[] = [
  { title: 'What', cell: ({ what }) => WORDS[what] },
  { title: 'From', cell: ({ start }) => time(start) },
  { title: 'To', cell: ({ end }) => time(end) },
  {
    title: 'Length',
    cell: ({ start, end }) => duration((end - start) / 1000),
    isNumber: true,
    isShort: true,
  },
];

export function EntryTable({
  of: materialization,
  onShow,
}: {
  of: Materialization;
  onShow: (span: Span) => void;
}) {
  const columns = [
    ...COLUMNS,
    {
      title: 'Chart',
      isNumber: true,
      cell: (entry: Entry) => (
        <IconButton
          label={`Show in the chart: ${WORDS[entry.what].toLowerCase()} from ${time(entry.start)}`}
          icon={ScanSearch}
          size={12}
          onClick={() => onShow(entry)}
        />
      ),
    },
  ];
  return (
    <Folded id="intervals" of={entriesOf(materialization)} first={8}>
      {(shown) => (
        <Table
          label="Intervals, gaps and overlaps"
          columns={columns}
          rows={shown}
          keyOf={({ what, start, end }, index) => `${index} ${what} ${start} ${end}`}
          toneOf={({ what }) => TONES[what]}
        />
      )}
    </Folded>
  );
}
