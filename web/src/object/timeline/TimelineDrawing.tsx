// What is drawn of a timeline, for the part of it that the scale shows.
import type { ScaleTime } from 'd3-scale';
import { useId } from 'react';
import { duration } from '../../parts/format.ts';
import type { Materialization } from '../../registry/api.ts';
import { barsOf, type Span } from './spans.ts';
import styles from './Timeline.module.css';

interface Props {
  of: Materialization;
  now: number;
  scale: ScaleTime<number, number>;
  width: number;
  height: number;
  /** The time under the pointer. */
  pointed: number | null;
}

const LANE = { top: 28, height: 28 };
const AXIS = 68;
const ROOM_PER_TICK = 96;

export function TimelineDrawing({ of: materialization, now, scale, width, height, pointed }: Props) {
  const { intervals, gaps, overlaps, future, ttl } = materialization;
  const hatch = useId();
  const toX = (time: number) => scale(time);
  const window = ttl ? { start: now - ttl * 1000, end: now } : null;
  const ahead = future ? [{ start: Math.max(now, future.start), end: future.end }] : [];
  return (
    <>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" className={styles.hatch} />
        </pattern>
      </defs>
      {window && <TtlWindow span={window} ttl={ttl ?? 0} toX={toX} width={width} />}
      <Lane spans={gaps} className={styles.gap} toX={toX} width={width} />
      <Lane spans={intervals} className={styles.interval} toX={toX} width={width} />
      <Lane spans={overlaps} className={styles.overlap} toX={toX} width={width} />
      <Lane spans={ahead} className={styles.future} toX={toX} width={width} />
      <Lane spans={ahead} fill={`url(#${hatch})`} toX={toX} width={width} />
      <Axis scale={scale} width={width} height={height} />
      <Now x={toX(now)} width={width} />
      {pointed !== null && (
        <line x1={toX(pointed)} x2={toX(pointed)} y1={LANE.top - 6} y2={AXIS} className={styles.pointed} />
      )}
    </>
  );
}

interface LaneProps {
  spans: readonly Span[];
  toX: (time: number) => number;
  width: number;
  className?: string | undefined;
  fill?: string;
}

function Lane({ spans, toX, width, className, fill }: LaneProps) {
  return (
    <g className={className} fill={fill}>
      {barsOf(spans, toX, width).map(({ x, width }) => (
        // A pixel stays free, so that intervals that meet are seen to be two.
        <rect key={x} x={x + 0.5} y={LANE.top} width={Math.max(width - 1, 1)} height={LANE.height} rx={1} />
      ))}
    </g>
  );
}

function TtlWindow({
  span,
  ttl,
  toX,
  width,
}: {
  span: Span;
  ttl: number;
  toX: LaneProps['toX'];
  width: number;
}) {
  const left = Math.max(toX(span.start), 0);
  const right = Math.min(toX(span.end), width);
  if (right <= left) return null;
  const label = `TTL ${duration(ttl)}`;
  return (
    <>
      <rect x={left} y={8} width={right - left} height={AXIS - 8} className={styles.ttl} />
      {right - left > label.length * 7 + 8 && (
        <text x={left + 4} y={20} className={styles.label}>
          {label}
        </text>
      )}
    </>
  );
}

function Now({ x, width }: { x: number; width: number }) {
  if (x < 0 || x > width) return null;
  const isAtEdge = x > width - 32;
  return (
    <>
      <line x1={x} x2={x} y1={8} y2={AXIS} className={styles.now} />
      <text
        x={isAtEdge ? x - 4 : x + 4}
        y={20}
        textAnchor={isAtEdge ? 'end' : 'start'}
        className={styles.label}
      >
        now
      </text>
    </>
  );
}

function Axis({ scale, width, height }: { scale: Props['scale']; width: number; height: number }) {
  const format = scale.tickFormat();
  return (
    <g className={styles.axis}>
      <line x1={0} x2={width} y1={AXIS} y2={AXIS} />
      {scale.ticks(Math.max(width / ROOM_PER_TICK, 2)).map((tick) => (
        <g key={tick.getTime()} transform={`translate(${scale(tick)} 0)`}>
          <line y1={AXIS} y2={AXIS + 5} />
          <text y={height - 10} textAnchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}
