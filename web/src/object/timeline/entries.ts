// What happened on the timeline, in order: intervals, and between them gaps and overlaps.
import type { Materialization } from '../../registry/api.ts';
import type { Span } from './spans.ts';

export interface Entry extends Span {
  what: 'interval' | 'gap' | 'overlap' | 'future';
}

/** Latest first. */
export function entriesOf({ intervals, gaps, overlaps, future }: Materialization): Entry[] {
  const isFuture = ({ start, end }: Span) => future !== null && start === future.start && end === future.end;
  const entries: Entry[] = [
    ...intervals.map((span): Entry => ({ ...span, what: isFuture(span) ? 'future' : 'interval' })),
    ...gaps.map((span): Entry => ({ ...span, what: 'gap' })),
    ...overlaps.map((span): Entry => ({ ...span, what: 'overlap' })),
  ];
  return entries.sort((a, b) => b.start - a.start || b.end - a.end);
}
