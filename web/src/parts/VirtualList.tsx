// A long list of entries of any height, of which only those in view exist. `j` and `k` move the focus from
// entry to entry: to the first link or button in it.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../frame/shortcuts.ts';
import styles from './VirtualList.module.css';

interface Props<T> {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  /** Roughly how high an entry is, before it has been seen. */
  height: (item: T) => number;
  /** Headings are passed over by `j` and `k`. */
  isHeading: (item: T) => boolean;
  children: (item: T) => ReactNode;
}

export function VirtualList<T>({ label, items, keyOf, height, isHeading, children }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => height(items[index] as T),
    getItemKey: (index) => keyOf(items[index] as T),
    overscan: 8,
    // The current entry exists wherever one scrolls to: it has the focus.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return current < 0 || current >= items.length || shown.includes(current)
        ? shown
        : [...shown, current].sort((a, b) => a - b);
    },
  });
  const step = (by: 1 | -1) => {
    let index = current + by;
    while (items[index] !== undefined && isHeading(items[index] as T)) index += by;
    if (items[index] === undefined) return;
    setCurrent(index);
    virtual.scrollToIndex(index, { align: 'auto' });
  };
  useShortcut('next', () => step(1));
  useShortcut('previous', () => step(-1));
  useEffect(() => {
    if (current < 0) return;
    // It may have been out of view and has to be drawn first.
    const soon = requestAnimationFrame(() => {
      const entry = scroller.current?.querySelector(`[data-index="${current}"]`);
      entry?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(soon);
  }, [current]);
  return (
    <section
      ref={scroller}
      className={styles.scroller}
      data-scroll-restoration-id={label}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
      tabIndex={0}
    >
      <ul className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            className={styles.entry}
            style={{ transform: `translateY(${start}px)` }}
            onFocus={() => setCurrent(index)}
          >
            {children(items[index] as T)}
          </li>
        ))}
      </ul>
    </section>
  );
}
