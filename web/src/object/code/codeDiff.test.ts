import { describe, expect, test } from 'vitest';
import { diffRows } from './codeDiff.ts';

describe('diffRows', () => {
  test('a changed line stands beside what it became', () => {
    expect(diffRows('a\nb\nc\n', 'a\nB\nc\n')).toEqual([
      { before: 0, after: 0, isChanged: false },
      { before: 1, after: 1, isChanged: true },
      { before: 2, after: 2, isChanged: false },
    ]);
  });

  test('lines that came or went stand alone', () => {
    expect(diffRows('a\n', 'a\nb\n').at(-1)).toEqual({ before: null, after: 1, isChanged: true });
    expect(diffRows('a\nb\nc', 'a\nc')[1]).toEqual({ before: 1, after: null, isChanged: true });
    expect(diffRows('x\ny\n', 'z\n')).toEqual([
      { before: 0, after: 0, isChanged: true },
      { before: 1, after: null, isChanged: true },
    ]);
  });

  test('a missing end of line is no change', () => {
    expect(diffRows('a\nb', 'a\nb\n')).toEqual([{ skipped: 2 }]);
  });

  test('long equal stretches are skipped, all but three lines around a change', () => {
    const lines = Array.from({ length: 50 }, (_, line) => `line ${line}`);
    const changed = lines.with(20, 'other');
    const rows = diffRows(lines.join('\n'), changed.join('\n'));
    expect(rows[0]).toEqual({ skipped: 17 });
    expect(rows).toHaveLength(9);
    expect(rows.at(-1)).toEqual({ skipped: 26 });
  });

  test('from nothing and to nothing', () => {
    expect(diffRows('', 'a\n')).toEqual([{ before: null, after: 0, isChanged: true }]);
    expect(diffRows('a\n', '')).toEqual([{ before: 0, after: null, isChanged: true }]);
  });
});
