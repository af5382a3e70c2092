// A table of plain rows. On narrow screens each row becomes a small list of its cells.
import type { ReactNode } from 'react';
import styles from './Table.module.css';

export interface TableColumn<T> {
  title: string;
  cell: (row: T) => ReactNode;
  /** Takes the room that is left. */
  isWide?: boolean;
  isNumber?: boolean;
  /** Stands beside the first on narrow screens. One column at most. */
  isShort?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  keyOf: (row: T, index: number) => string | number;
  /** Colours a row. */
  toneOf?: (row: T) => 'warning' | 'error' | undefined;
}

export function Table<T>({ label, columns, rows, keyOf, toneOf }: Props<T>) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ title, isWide, isNumber }) => (
            <th key={title} scope="col" data-wide={isWide} data-number={isNumber}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)} data-tone={toneOf?.(row)}>
            {columns.map(({ title, cell, isNumber, isShort }) => {
              const content = cell(row);
              return (
                <td
                  key={title}
                  data-label={title}
                  data-number={isNumber}
                  data-short={isShort}
                  data-empty={content === null || content === ''}
                >
                  {content}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
