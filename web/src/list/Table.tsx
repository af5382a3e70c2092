// The table of a list: only the rows in view exist. `j` and `k` move the focus from row to row, which is
// the focus of the row's link, so that Enter, the mouse and screen readers need nothing of their own.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../frame/shortcuts.ts';
import type { Column, Ref } from '../registry/api.ts';
import { layoutOf } from './cells.tsx';
import type { ListOf } from './listQuestion.ts';
import { peekAddress } from './peekAddress.ts';
import styles from './Table.module.css';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { useRows } from './useList.ts';
import { useListSearch } from './useListSearch.ts';

const ROW = 32;
/** Left and right of the cells. */
const EDGES = 40;

interface Props {
  list: ListOf;
  columns: readonly Column[];
  title: string;
  isStale: boolean;
}

export function Table({ list, columns, title, isStale }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const [{ peek }, change] = useListSearch();
  const virtual = useVirtualizer({
    count: list.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    scrollPaddingStart: ROW,
    // The current row exists wherever one scrolls to: it has the focus.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return current < 0 || current >= list.total || shown.includes(current)
        ? shown
        : [...shown, current].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const rowAt = useRows(
    list,
    columns.map(({ id }) => id),
    items.map(({ index }) => index),
  );

  const move = (to: number) => {
    const index = Math.max(0, Math.min(list.total - 1, to));
    setCurrent(index);
    virtual.scrollToIndex(index);
    const row = rowAt(index);
    if (peek && row) change({ peek: peekAddress(row.ref) });
  };
  useShortcut('next', () => move(current + 1));
  useShortcut('previous', () => move(current < 0 ? 0 : current - 1));
  // The same as long as the peek is, so that the rows stay as they are.
  const togglePeek = useCallback(
    (ref: Ref) => change({ peek: peek === peekAddress(ref) ? undefined : peekAddress(ref) }),
    [peek, change],
  );
  useShortcut('peek', () => {
    const row = rowAt(Math.max(current, 0));
    if (row) togglePeek(row.ref);
  });
  useEffect(() => {
    if (current >= 0) focusRow(scroller.current, current);
  }, [current]);

  const { template, least } = layoutOf(columns);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      data-stale={isStale}
      data-scroll-restoration-id="list"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
      tabIndex={0}
      role="table"
      aria-label={title}
      aria-rowcount={list.total + 1}
      aria-colcount={columns.length}
      style={{ '--columns': template, '--least': `${least + EDGES}px` } as React.CSSProperties}
    >
      <TableHead columns={columns} />
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <TableRow
            key={index}
            index={index}
            start={start}
            row={rowAt(index)}
            columns={columns}
            isPeeked={peek !== undefined && peek === peekOf(rowAt(index))}
            onFocus={setCurrent}
            onPeek={togglePeek}
          />
        ))}
      </div>
    </div>
  );
}

function peekOf(row: ReturnType<ReturnType<typeof useRows>>): string | null {
  return row ? peekAddress(row.ref) : null;
}

/** It may have been out of view and have to be drawn first. */
function focusRow(scroller: HTMLElement | null, index: number): void {
  requestAnimationFrame(() => {
    scroller?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus({ preventScroll: true });
  });
}
