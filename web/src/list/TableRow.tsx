// One row of a list; grey bars until it is here.
import { memo } from 'react';
import type { Column, Ref, Row } from '../registry/api.ts';
import { alignOf, CellContent } from './cells.tsx';
import styles from './TableRow.module.css';

interface Props {
  index: number;
  /** Pixels from the top of the table's body. */
  start: number;
  row: Row | undefined;
  columns: readonly Column[];
  isPeeked: boolean;
  onFocus: (index: number) => void;
  /** Beside the links, the mouse peeks. */
  onPeek: (ref: Ref) => void;
}

export const TableRow = memo(function TableRow({
  index,
  start,
  row,
  columns,
  isPeeked,
  onFocus,
  onPeek,
}: Props) {
  const peek = (event: React.MouseEvent) => {
    const isLink = (event.target as HTMLElement).closest('a') !== null;
    if (row && !isLink) onPeek(row.ref);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: `p` does the same
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isPeeked || undefined}
      className={styles.row}
      data-index={index}
      data-damaged={row?.damaged}
      style={{ transform: `translateY(${start}px)` }}
      onClick={peek}
      onFocus={() => onFocus(index)}
    >
      {columns.map((column, place) => (
        <div
          key={column.id}
          role="cell"
          className={styles.cell}
          data-align={alignOf(column.type)}
          data-type={column.type}
        >
          {row ? (
            <CellContent row={row} value={row.cells[place] ?? null} column={column} />
          ) : (
            <span className={styles.bar} />
          )}
        </div>
      ))}
    </div>
  );
});
