// The lines of a code diff. Its own chunk, with the packages for colours and differences.
import { useMemo } from 'react';
import { counted } from '../../parts/format.ts';
import styles from './CodeDiff.module.css';
import { type DiffRow, diffRows } from './codeDiff.ts';
import { HighlightedLine } from './HighlightedLine.tsx';
import { highlightLines, type Piece } from './highlight.ts';

interface Props {
  title: string;
  language: string;
  before: string;
  after: string;
  names: [string, string];
}

export function CodeDiffTable({ title, language, before, after, names }: Props) {
  const rows = useMemo(() => diffRows(before, after), [before, after]);
  const left = useMemo(() => highlightLines(before, language), [before, language]);
  const right = useMemo(() => highlightLines(after, language), [after, language]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it
    <div className={styles.frame} tabIndex={0}>
      <table className={styles.table} aria-label={`Differences of ${title}`}>
        <colgroup>
          <col className={styles.numbers} />
          <col />
          <col className={styles.numbers} />
          <col />
        </colgroup>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" colSpan={2}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) =>
            'skipped' in row ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
              <tr key={index} className={styles.skipped}>
                <td colSpan={4}>{counted(row.skipped, 'equal line')}</td>
              </tr>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
              <tr key={index}>
                <Side line={row.before} lines={left} row={row} change="removed" />
                <Side line={row.after} lines={right} row={row} change="added" />
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

interface SideProps {
  line: number | null;
  lines: readonly Piece[][];
  row: DiffRow;
  change: 'added' | 'removed';
}

function Side({ line, lines, row: { isChanged }, change }: SideProps) {
  if (line === null) return <td colSpan={2} className={styles.absent} />;
  return (
    <>
      <td className={styles.number}>{line + 1}</td>
      <td className={styles.line} data-change={isChanged ? change : undefined}>
        {isChanged && <span className="only-for-screen-readers">{change}: </span>}
        <HighlightedLine pieces={lines[line] ?? []} />
      </td>
    </>
  );
}
