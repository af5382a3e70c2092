// The headings of a list; those that can be sorted by are buttons.
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Column } from '../registry/api.ts';
import { alignOf } from './cells.tsx';
import { nextSort } from './listSearch.ts';
import styles from './TableHead.module.css';
import { useListSearch } from './useListSearch.ts';

export function TableHead({ columns }: { columns: readonly Column[] }) {
  const [{ sort }] = useListSearch();
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        {columns.map((column) => (
          <Heading key={column.id} column={column} sort={sort} />
        ))}
      </div>
    </div>
  );
}

function Heading({
  column: { id, title, type, sortable },
  sort,
}: {
  column: Column;
  sort: string | undefined;
}) {
  const [, change] = useListSearch();
  const order = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : undefined;
  const Arrow = order === 'descending' ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      title={title}
      aria-sort={order}
      className={styles.heading}
      data-align={alignOf(type)}
    >
      {sortable ? (
        <button type="button" className={styles.sort} onClick={() => change({ sort: nextSort(sort, id) })}>
          <span className={styles.title}>{title}</span>
          {order && <Arrow size={12} aria-hidden="true" />}
        </button>
      ) : (
        <span className={styles.title}>{title}</span>
      )}
    </div>
  );
}
