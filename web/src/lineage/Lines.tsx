// The lines of a picture, beneath its boxes. Where there are so many that they would be a thicket, only those
// of the box that is pointed at.
import { memo, useMemo } from 'react';
import { useGraph } from './GraphContext.ts';
import styles from './Lines.module.css';
import { type Placed, type PlacedLine, THICKET } from './layout.ts';
import { isLineTraced } from './trace.ts';

export function Lines({ placed: { lines, width, height } }: { placed: Placed }) {
  const { trace } = useGraph();
  const traced = useMemo(
    () => (trace ? lines.filter(({ from, to }) => isLineTraced(trace, from, to)) : []),
    [lines, trace],
  );
  return (
    <svg
      className={styles.lines}
      width={width}
      height={height}
      aria-hidden="true"
      data-traced={trace !== null}
    >
      {lines.length <= THICKET && <Paths lines={lines} className={styles.line} />}
      <Paths lines={traced} className={`${styles.line} ${styles.traced}`} />
    </svg>
  );
}

const Paths = memo(function Paths({ lines, className }: { lines: PlacedLine[]; className?: string }) {
  return (
    <g className={className}>
      {lines.map(({ from, to, isIndirect, path }) => (
        <path key={`${from}\n${to}`} d={path} data-indirect={isIndirect} />
      ))}
    </g>
  );
});
