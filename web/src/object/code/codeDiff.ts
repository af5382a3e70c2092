// The differences of two texts, line by line, so that they can be set side by side (jsdiff).
import { diffLines } from 'diff';

export interface DiffRow {
  /** Numbers of the lines, from 0; null: the other side has a line that this one has not. */
  before: number | null;
  after: number | null;
  isChanged: boolean;
}

/** A stretch of equal lines that is too long to show. */
export interface Skipped {
  skipped: number;
}

/** Equal lines that are shown around a change. */
const CONTEXT = 3;

export function diffRows(before: string, after: string): (DiffRow | Skipped)[] {
  const rows: DiffRow[] = [];
  let left = 0;
  let right = 0;
  for (const { removed, added, equal } of blocksOf(before, after)) {
    for (let line = 0; line < Math.max(removed, added); line += 1)
      rows.push({
        before: line < removed ? left + line : null,
        after: line < added ? right + line : null,
        isChanged: true,
      });
    left += removed;
    right += added;
    for (let line = 0; line < equal; line += 1)
      rows.push({ before: left++, after: right++, isChanged: false });
  }
  return folded(rows);
}

/** Numbers of lines: some that went and what came in their place, then some that stayed. */
interface Block {
  removed: number;
  added: number;
  equal: number;
}

function blocksOf(before: string, after: string): Block[] {
  const blocks: Block[] = [];
  for (const { count, added, removed } of diffLines(withEnd(before), withEnd(after))) {
    const last = blocks.at(-1);
    const block = last && last.equal === 0 ? last : { removed: 0, added: 0, equal: 0 };
    if (block !== last) blocks.push(block);
    block[removed ? 'removed' : added ? 'added' : 'equal'] += count;
  }
  return blocks;
}

/** Without the middles of long equal stretches. */
function folded(rows: readonly DiffRow[]): (DiffRow | Skipped)[] {
  const isNear = rows.map((_, index) =>
    rows.slice(Math.max(index - CONTEXT, 0), index + CONTEXT + 1).some(({ isChanged }) => isChanged),
  );
  const shown: (DiffRow | Skipped)[] = [];
  rows.forEach((row, index) => {
    const last = shown.at(-1);
    if (isNear[index]) shown.push(row);
    else if (last && 'skipped' in last) last.skipped += 1;
    else shown.push({ skipped: 1 });
  });
  return shown;
}

/** The last line counts as one, with or without an end. */
function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
