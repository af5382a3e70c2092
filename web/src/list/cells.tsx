// How a value looks in a list, by the type of its column: a table of widths, sides and contents.
import { Check, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { hrefOf, useAddresses, useProject } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo, shortName } from '../kinds/kinds.ts';
import { Age } from '../parts/Age.tsx';
import { count, duration } from '../parts/format.ts';
import { TagChip } from '../parts/TagChip.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Cell, CellType, Column, Ref, Row, Thing } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './cells.module.css';
import { useListSearch } from './useListSearch.ts';

interface CellLook {
  /** Pixels. */
  least: number;
  /** Of the room that is left. */
  share: number;
  align: 'start' | 'end';
  content: (props: { value: Cell; row: Row }) => ReactNode;
}

const LOOKS: Record<CellType, CellLook> = {
  name: {
    least: 208,
    share: 3,
    align: 'start',
    content: ({ row }) => <Name row={row} />,
  },
  text: {
    least: 112,
    share: 2,
    align: 'start',
    content: ({ value }) => <Text value={String(value)} />,
  },
  type: {
    least: 120,
    share: 1,
    align: 'start',
    content: ({ value }) => <Mono value={String(value)} />,
  },
  state: {
    least: 144,
    share: 1,
    align: 'start',
    content: ({ value }) => <State value={String(value)} />,
  },
  kind: {
    least: 160,
    share: 1,
    align: 'start',
    content: ({ value }) => <Kind kind={value as Thing} />,
  },
  number: { least: 68, share: 0.5, align: 'end', content: ({ value }) => count(Number(value)) },
  duration: { least: 76, share: 0.5, align: 'end', content: ({ value }) => duration(Number(value)) },
  time: { least: 112, share: 0.5, align: 'end', content: ({ value }) => <Time at={Number(value)} /> },
  flag: { least: 72, share: 0, align: 'start', content: ({ value }) => <Flag isSet={value === true} /> },
  tags: {
    least: 136,
    share: 2,
    align: 'start',
    content: ({ value, row }) => <Tags tags={value as [string, string][]} of={row.ref} />,
  },
  refs: {
    least: 112,
    share: 2,
    align: 'start',
    content: ({ value }) => <Refs refs={value as Ref[]} />,
  },
  list: {
    least: 120,
    share: 2,
    align: 'start',
    content: ({ value }) => <Mono value={(value as string[]).join(', ')} />,
  },
};

/** A type that a newer core knows is shown as text. */
const lookOf = (type: CellType): CellLook => LOOKS[type] ?? LOOKS.text;

/** The grid's columns, and the width below which the table scrolls sideways. */
export function layoutOf(columns: readonly Column[]): { template: string; least: number } {
  const looks = columns.map(({ type }) => lookOf(type));
  return {
    template: looks
      .map(({ least, share }) => (share === 0 ? `${least}px` : `minmax(${least}px, ${share}fr)`))
      .join(' '),
    least: looks.reduce((sum, { least }) => sum + least, 0),
  };
}

export const alignOf = (type: CellType): CellLook['align'] => lookOf(type).align;

export function CellContent({ row, value, column }: { row: Row; value: Cell; column: Column }) {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty && column.type !== 'name') return <span className={styles.none}>–</span>;
  const Content = lookOf(column.type).content;
  return <Content value={value} row={row} />;
}

function Name({ row: { ref, damaged } }: { row: Row }) {
  const at = useAddresses();
  const project = useProject();
  const [{ q, sort }] = useListSearch();
  const { singular } = kindInfo(ref.kind);
  return (
    <a
      href={hrefOf({
        ...at.thing(ref),
        search: ref.kind === 'Project' ? {} : { q, sort, all: project === null },
      })}
      className={styles.name}
      title={ref.name}
    >
      <KindIcon kind={ref.kind} />
      <span className="only-for-screen-readers">{singular}</span>
      <span className={styles.text}>{shortName(ref)}</span>
      {damaged && (
        <span className={styles.damaged} title="Its bytes cannot be read">
          <TriangleAlert size={14} aria-hidden="true" />
          <span className="only-for-screen-readers">cannot be read</span>
        </span>
      )}
    </a>
  );
}

function Text({ value }: { value: string }) {
  return (
    <span className={styles.text} title={value}>
      {value}
    </span>
  );
}

function Mono({ value }: { value: string }) {
  return (
    <span className={`${styles.text} mono`} title={value}>
      {value}
    </span>
  );
}

/** States that are not neutral. */
const TONES: Record<string, string> = {
  fresh: 'good',
  stale: 'warning',
  'never materialized': 'warning',
  'in the future': 'error',
};

function State({ value }: { value: string }) {
  return (
    <span className={styles.text} data-tone={TONES[value]} title={value}>
      {value}
    </span>
  );
}

function Kind({ kind }: { kind: Thing }) {
  return (
    <>
      <KindIcon kind={kind} />
      <span className={styles.text}>{kindInfo(kind).singular}</span>
    </>
  );
}

function Time({ at }: { at: number }) {
  const { now } = useSnapshot();
  return <Age at={at} now={now} />;
}

function Flag({ isSet }: { isSet: boolean }) {
  if (!isSet) return <span className={styles.none}>no</span>;
  return (
    <>
      <Check size={14} className={styles.yes} aria-hidden="true" />
      yes
    </>
  );
}

function Tags({ tags, of: ref }: { tags: [string, string][]; of: Ref }) {
  const { collection } = kindInfo(ref.kind);
  return (
    <span className={styles.tags}>
      {tags.map((tag) => collection && <TagChip key={tag[0]} tag={tag} collection={collection} />)}
    </span>
  );
}

/** As many as fit beside each other; the others are on the thing's page. */
function Refs({ refs }: { refs: Ref[] }) {
  const fitting = refs.length > 2 ? 1 : 2;
  const others = refs.slice(fitting);
  return (
    <>
      {refs.slice(0, fitting).map((ref) => (
        <ThingLink key={`${ref.kind} ${ref.name}`} to={ref} />
      ))}
      {others.length > 0 && (
        <span className={styles.more} title={others.map(({ name }) => name).join(', ')}>
          +{count(others.length)}
        </span>
      )}
    </>
  );
}
