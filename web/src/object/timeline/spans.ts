// Spans of time, as the timeline reckons with them: which part is in view, and what of many spans can
// be told apart at that size. Times are epoch milliseconds.
import type { Materialization } from '../../registry/api.ts';

export interface Span {
  start: number;
  end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As a share of what it is around. */
const AIR = 0.04;

/** No less than this is ever in view. */
export const SHORTEST = MINUTE;

/** Everything there is, with some air around it. */
export function wholeOf(materialization: Materialization, now: number): Span {
  const { intervals, future } = materialization;
  const { start, end } = usualOf(materialization, now);
  const last = Math.max(end, future?.end ?? end, ...intervals.map(({ end }) => end));
  return { start, end: last === end ? end : last + (last - start) * AIR };
}

/** What is in view at first: everything up to now. A far future would squeeze the rest into a pixel. */
export function usualOf({ intervals, ttl }: Materialization, now: number): Span {
  const start = Math.min(now - (ttl ?? 0) * 1000, ...intervals.map(({ start }) => start));
  const air = Math.max((now - start) * AIR, HOUR);
  return { start: start - air, end: now + 2 * air };
}

/** Around a span, so that one sees what is beside it. */
export function around({ start, end }: Span): Span {
  const margin = Math.max((end - start) / 2, HOUR);
  return { start: start - margin, end: end + margin };
}

/** Within `whole`, and not shorter than what can be shown. */
export function within(whole: Span, { start, end }: Span): Span {
  const length = Math.min(Math.max(end - start, SHORTEST), whole.end - whole.start);
  const from = Math.min(Math.max(start, whole.start), whole.end - length);
  return { start: from, end: from + length };
}

/** To the right by a share of its length. */
export function panned({ start, end }: Span, share: number): Span {
  const by = (end - start) * share;
  return { start: start + by, end: end + by };
}

/** Around its middle; 2 shows half of it. */
export function zoomed({ start, end }: Span, factor: number): Span {
  const middle = (start + end) / 2;
  const half = (end - start) / factor / 2;
  return { start: middle - half, end: middle + half };
}

/** As it stands in an address: `2026-01-01T00:00Z..2026-02-01T00:00Z`. */
export function writeSpan({ start, end }: Span): string {
  const minute = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;
  return `${minute(start)}..${minute(end)}`;
}

export function readSpan(text: string | undefined): Span | null {
  const [start = Number.NaN, end = Number.NaN] = (text ?? '').split('..').map((time) => Date.parse(time));
  return start < end ? { start, end } : null;
}

/** A run of spans that cannot be told apart at this size, in pixels. */
export interface Bar {
  x: number;
  width: number;
  /** How many spans it stands for. */
  count: number;
}

/** What of the spans (oldest first) is drawn between 0 and `width`: thousands become as many bars as there is room for. */
export function barsOf(spans: readonly Span[], toX: (time: number) => number, width: number): Bar[] {
  const bars: Bar[] = [];
  for (const { start, end } of spans) {
    const left = Math.max(toX(start), -2);
    const right = Math.min(toX(end), width + 2);
    if (right < 0 || left > width) continue;
    const last = bars.at(-1);
    // Two that are wide enough to be seen stay two, also where they meet.
    const isTiny = right - left < 3;
    if (last && left - (last.x + last.width) < 1 && (isTiny || last.width < 3)) {
      last.width = Math.max(last.x + last.width, right, last.x + 2) - last.x;
      last.count += 1;
    } else {
      bars.push({ x: left, width: Math.max(right - left, 2), count: 1 });
    }
  }
  return bars;
}

/** The spans (oldest first) that hold at a time. */
export function spansAt(spans: readonly Span[], time: number): { span: Span; index: number }[] {
  return spans.flatMap((span, index) => (span.start <= time && time <= span.end ? [{ span, index }] : []));
}
