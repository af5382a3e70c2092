// The chart of what was materialized: a time axis, the intervals on it, gaps and overlaps coloured, the
// TTL window shaded. Its own chunk, with the packages for scales and zoom. What it shows is also in the
// table below it, so that a screen reader gets only a summary here.
import { scaleUtc } from 'd3-scale';
import { Expand, Scan, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useId, useState } from 'react';
import { counted, duration, time } from '../../parts/format.ts';
import { IconButton } from '../../parts/IconButton.tsx';
import type { Materialization } from '../../registry/api.ts';
import { useSnapshot } from '../../registry/SnapshotContext.ts';
import { Legend } from './Legend.tsx';
import { panned, SHORTEST, type Span, spansAt, within, zoomed } from './spans.ts';
import styles from './Timeline.module.css';
import { TimelineDrawing } from './TimelineDrawing.tsx';
import { useTimelineZoom } from './useTimelineZoom.ts';
import { useWidth } from './useWidth.ts';

const HEIGHT = 96;

const zoomedIn = (view: Span) => zoomed(view, 2);
const zoomedOut = (view: Span) => zoomed(view, 0.5);
const KEYS = new Map<string, (view: Span) => Span>([
  ['ArrowLeft', (view) => panned(view, -0.2)],
  ['ArrowRight', (view) => panned(view, 0.2)],
  ['+', zoomedIn],
  ['=', zoomedIn],
  ['-', zoomedOut],
]);

interface Props {
  of: Materialization;
  whole: Span;
  shown: Span;
  /** null: the usual one. */
  onShow: (span: Span | null) => void;
}

export function Timeline({ of: materialization, whole, shown, onShow }: Props) {
  const { now } = useSnapshot();
  const [frame, width] = useWidth<HTMLDivElement>();
  const { svg, view } = useTimelineZoom({ whole, shown, width, height: HEIGHT, onShow });
  const [pointed, setPointed] = useState<number | null>(null);
  const help = useId();
  const scale = scaleUtc([view.start, view.end], [0, width]);
  const length = view.end - view.start;

  const show = (change: (view: Span) => Span) => onShow(within(whole, change(view)));
  const onKeyDown = (event: KeyboardEvent) => {
    const change = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS.get(event.key);
    if (change) show(change);
    else if (event.key === '0') onShow(null);
    else if (event.key === 'Home') onShow(whole);
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setPointed(scale.invert(left).getTime());
  };
  const isWhole = length >= (whole.end - whole.start) * 0.999;

  return (
    <figure className={styles.timeline}>
      <div className={styles.tools}>
        <Legend of={materialization} />
        <div className={styles.buttons}>
          <IconButton
            label="Zoom in  +"
            icon={ZoomIn}
            onClick={() => show(zoomedIn)}
            disabled={length <= SHORTEST}
          />
          <IconButton label="Zoom out  −" icon={ZoomOut} onClick={() => show(zoomedOut)} disabled={isWhole} />
          <IconButton label="As at first: up to now  0" icon={Scan} onClick={() => onShow(null)} />
          <IconButton
            label="Everything  Home"
            icon={Expand}
            onClick={() => onShow(whole)}
            disabled={isWhole}
          />
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: it is a drawing that takes keys */}
      <div
        ref={frame}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keys reach it
        tabIndex={0}
        className={styles.frame}
        aria-label={`Timeline from ${time(view.start)} to ${time(view.end)}`}
        aria-describedby={help}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setPointed(null)}
      >
        <svg ref={svg} width={width} height={HEIGHT} className={styles.drawing} aria-hidden="true">
          {width > 0 && (
            <TimelineDrawing
              of={materialization}
              now={now}
              scale={scale}
              width={width}
              height={HEIGHT}
              pointed={pointed}
            />
          )}
        </svg>
      </div>
      <figcaption id={help} className={styles.caption}>
        {pointed === null
          ? `${counted(materialization.intervals.length, 'interval')}. Drag or use ← → to pan, Ctrl and the wheel or + − to zoom, 0 to see all up to now.`
          : readout(materialization, pointed)}
      </figcaption>
    </figure>
  );
}

/** What there is at a point of time. */
function readout({ intervals, gaps }: Materialization, at: number): string {
  const found = spansAt(intervals, at);
  const [first] = found;
  if (first) {
    const { span, index } = first;
    const others = found.length > 1 ? `, and ${counted(found.length - 1, 'more', 'more')}` : '';
    return `Interval ${index + 1} of ${intervals.length}: ${time(span.start)} to ${time(span.end)}, ${duration((span.end - span.start) / 1000)}${others}`;
  }
  const [gap] = spansAt(gaps, at);
  if (gap)
    return `Gap of ${duration((gap.span.end - gap.span.start) / 1000)}: ${time(gap.span.start)} to ${time(gap.span.end)}`;
  return `${time(at)}: not materialized`;
}
