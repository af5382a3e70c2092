import { describe, expect, test } from 'vitest';
import type { Materialization } from '../../registry/api.ts';
import { entriesOf } from './entries.ts';
import {
  barsOf,
  panned,
  readSpan,
  type Span,
  spansAt,
  usualOf,
  wholeOf,
  within,
  writeSpan,
  zoomed,
} from './spans.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 1);
const days = (start: number, end: number): Span => ({ start: NOW + start * DAY, end: NOW + end * DAY });
const materialization = (given: Partial<Materialization>): Materialization => ({
  intervals: [],
  ttl: null,
  lastEnd: null,
  gaps: [],
  overlaps: [],
  future: null,
  online: true,
  offline: false,
  ...given,
});

describe('what is in view', () => {
  test('at first everything up to now, however far the future reaches', () => {
    const far = days(-1, 27_000);
    const given = materialization({
      intervals: [days(-10, -1), far],
      future: { ...far, breaks: '', remedy: '' },
    });
    const usual = usualOf(given, NOW);
    expect(usual.start).toBeLessThan(NOW - 10 * DAY);
    expect(usual.end).toBeGreaterThan(NOW);
    expect(usual.end).toBeLessThan(NOW + 1000 * DAY);
    expect(wholeOf(given, NOW).end).toBeGreaterThan(far.end);
  });

  test('the TTL window is in view also where nothing was materialized', () => {
    expect(wholeOf(materialization({ ttl: 3 * 86_400 }), NOW).start).toBeLessThan(NOW - 3 * DAY);
  });

  test('nothing at all still is a span', () => {
    const { start, end } = wholeOf(materialization({}), NOW);
    expect(start).toBeLessThan(NOW);
    expect(end).toBeGreaterThan(NOW);
  });

  test('stays within the whole', () => {
    expect(within(days(-10, 0), days(-30, -25))).toEqual(days(-10, -5));
    expect(within(days(-10, 0), days(-5, 9))).toEqual(days(-10, 0));
    const { start, end } = within(days(-10, 0), days(-5, -5));
    expect(end - start).toBe(60_000);
  });

  test('moves and grows about its middle', () => {
    expect(panned(days(0, 10), 0.2)).toEqual(days(2, 12));
    expect(zoomed(days(0, 10), 2)).toEqual(days(2.5, 7.5));
    expect(zoomed(zoomed(days(0, 10), 2), 0.5)).toEqual(days(0, 10));
  });

  test('goes through an address and back', () => {
    const span = days(-3.25, 2);
    expect(writeSpan(span)).toBe('2026-02-25T18:00Z..2026-03-03T00:00Z');
    expect(readSpan(writeSpan(span))).toEqual(span);
    for (const text of [undefined, '', '2026-01-01', 'x..y', '2026-02-01T00:00Z..2026-01-01T00:00Z'])
      expect(readSpan(text)).toBeNull();
  });
});

describe('barsOf', () => {
  const toX = (time: number) => ((time - NOW) / DAY) * 10;

  test('neighbours that are wide enough stay apart', () => {
    expect(barsOf([days(0, 1), days(1, 2)], toX, 100)).toEqual([
      { x: 0, width: 10, count: 1 },
      { x: 10, width: 10, count: 1 },
    ]);
  });

  test('thousands become one bar, and a gap between them stays a gap', () => {
    const hours = Array.from({ length: 2000 }, (_, hour) => days(hour / 24, (hour + 1) / 24));
    const holed = hours.filter((_, hour) => hour < 900 || hour > 1000);
    const bars = barsOf(holed, (time) => toX(time) / 2, 1000);
    expect(bars).toHaveLength(2);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(holed.length);
  });

  test('what is out of view is not drawn, what reaches into it is cut', () => {
    expect(barsOf([days(-9, -5), days(-1, 4), days(20, 30)], toX, 100)).toEqual([
      { x: -2, width: 42, count: 1 },
    ]);
  });

  test('a moment is still seen', () => {
    expect(barsOf([days(3, 3)], toX, 100)).toEqual([{ x: 30, width: 2, count: 1 }]);
  });
});

test('spansAt finds all that hold at a time', () => {
  const spans = [days(-9, -5), days(-6, -1)];
  expect(spansAt(spans, NOW - 5.5 * DAY).map(({ index }) => index)).toEqual([0, 1]);
  expect(spansAt(spans, NOW)).toEqual([]);
});

test('entriesOf puts gaps and overlaps among the intervals, latest first', () => {
  const future = days(-1, 300);
  const entries = entriesOf(
    materialization({
      intervals: [days(-9, -6), days(-7, -5), future],
      gaps: [days(-5, -1)],
      overlaps: [days(-7, -6)],
      future: { ...future, breaks: '', remedy: '' },
    }),
  );
  expect(entries.map(({ what }) => what)).toEqual(['future', 'gap', 'interval', 'overlap', 'interval']);
});
