// Zooming and panning the time axis by wheel, drag and pinch (d3-zoom), by keys and by buttons. The part
// in view follows the pointer at once; `onShow` is told when it rests.
import { scaleUtc } from 'd3-scale';
import { select } from 'd3-selection';
import { type ZoomBehavior, zoom, zoomIdentity } from 'd3-zoom';
import { useEffect, useRef, useState } from 'react';
import { SHORTEST, type Span } from './spans.ts';

interface Props {
  whole: Span;
  shown: Span;
  /** Of the drawing, in pixels. */
  width: number;
  height: number;
  onShow: (span: Span) => void;
}

export function useTimelineZoom({ whole, shown, width, height, onShow }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGSVGElement, unknown>>(null);
  const [view, setView] = useState(shown);
  const tell = useRef(onShow);
  useEffect(() => {
    tell.current = onShow;
  });

  const { start, end } = whole;
  useEffect(() => {
    if (!svg.current || width === 0) return;
    const base = scaleUtc([start, end], [0, width]);
    const made = zoom<SVGSVGElement, unknown>()
      .extent([
        [0, 0],
        [width, height],
      ])
      .translateExtent([
        [0, 0],
        [width, height],
      ])
      .scaleExtent([1, Math.max((end - start) / SHORTEST, 1)])
      // The wheel scrolls the page, unless Control is held (as when two fingers pinch a touchpad).
      .filter((event: MouseEvent) =>
        event.type === 'wheel' ? event.ctrlKey || event.metaKey : !event.ctrlKey && event.button === 0,
      )
      .wheelDelta(wheelDelta)
      .on('zoom', ({ transform }) => {
        const [from, to] = transform.rescaleX(base).domain();
        if (from && to) setView({ start: from.getTime(), end: to.getTime() });
      })
      // Only what a person did is kept; what the program asked for is known already.
      .on('end', ({ transform, sourceEvent }) => {
        const [from, to] = transform.rescaleX(base).domain();
        if (sourceEvent && from && to) tell.current({ start: from.getTime(), end: to.getTime() });
      });
    behaviour.current = made;
    const drawing = select(svg.current).call(made);
    // Two clicks in a row are no wish to zoom where single clicks mean something.
    drawing.on('dblclick.zoom', null);
    return () => void drawing.on('.zoom', null);
  }, [start, end, width, height]);

  // To where the address points, also after the window has changed its size.
  useEffect(() => {
    if (!svg.current || !behaviour.current || width === 0) return;
    const base = scaleUtc([start, end], [0, width]);
    const scale = (end - start) / (shown.end - shown.start);
    const transform = zoomIdentity.scale(scale).translate(-base(shown.start), 0);
    select(svg.current).call(behaviour.current.transform, transform);
  }, [start, end, width, shown.start, shown.end]);

  return { svg, view };
}

/** As d3-zoom has it, but that Control does not make a mouse's wheel, which moves in long steps, ten times as fast. */
function wheelDelta({ deltaY, deltaMode }: WheelEvent): number {
  if (deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return -deltaY * 0.1;
  return -deltaY * (Math.abs(deltaY) < 30 ? 0.02 : 0.004);
}
