// Which part of the picture is in view when it changes: all of it if that can be read, else what matters.
import { getViewportForBounds, useReactFlow, useStore, type Viewport } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import type { Placed, PlacedBox } from './layout.ts';

/** Below this, names cannot be read. */
const READABLE = 0.55;
const COMFORTABLE = 0.85;
const MARGIN = 32;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Points {
  center: string | null;
  selected: string | null;
}

/** Whether it is known. */
export function useView(placed: Placed, points: Points): boolean {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const before = useRef<Placed | null>(null);
  const left = useRef<Viewport | null>(null);
  const latest = useRef(points);
  const [isKnown, setKnown] = useState(false);
  latest.current = points;
  useEffect(() => {
    if (width === 0 || height === 0) return;
    const isSame = before.current === placed;
    // Another size of the window: what the person has moved stays where it is.
    if (isSame && !isNear(flow.getViewport(), left.current)) return;
    const target = whatMatters(placed, isSame ? null : before.current, latest.current);
    before.current = placed;
    left.current = viewOf(placed, target, { width, height });
    void flow.setViewport(left.current);
    setKnown(true);
  }, [placed, width, height, flow]);
  return isKnown;
}

/** All of the picture if that can be read, else the target. */
function viewOf(
  placed: Placed,
  target: Area | null,
  { width, height }: Pick<Area, 'width' | 'height'>,
): Viewport {
  const whole = { x: 0, y: 0, width: placed.width, height: placed.height };
  const all = getViewportForBounds(whole, width, height, 0.02, 1, 0.06);
  if (all.zoom >= READABLE || target === null) return all;
  const zoom = COMFORTABLE;
  const x = within(target.x + target.width / 2, width / zoom, placed.width);
  const y = within(target.y + target.height / 2, height / zoom, placed.height);
  return { x: width / 2 - x * zoom, y: height / 2 - y * zoom, zoom };
}

function isNear(one: Viewport, other: Viewport | null): boolean {
  if (!other) return false;
  const apart = Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y));
  return apart < 1 && Math.abs(one.zoom - other.zoom) < 0.001;
}

/** The middle of the view, as near to `wanted` as can be without showing what lies beyond the picture. */
function within(wanted: number, shown: number, whole: number): number {
  const least = shown / 2 - MARGIN;
  const most = whole - shown / 2 + MARGIN;
  return least > most ? whole / 2 : Math.min(Math.max(wanted, least), most);
}

/** What came out of a stack just now; else what is selected or in the middle. */
function whatMatters(placed: Placed, before: Placed | null, { center, selected }: Points): Area | null {
  const boxOf = (id: string | null) => placed.boxes.find((box) => box.id === id) ?? null;
  const known = new Set(before?.boxes.map(({ id }) => id));
  const fresh = before ? placed.boxes.filter(({ id }) => !known.has(id)) : [];
  const isOpened = fresh.length > 0 && fresh.length < placed.boxes.length / 2;
  return (isOpened ? around(fresh) : null) ?? boxOf(selected) ?? boxOf(center);
}

function around(boxes: PlacedBox[]): Area {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  return {
    x: left,
    y: top,
    width: Math.max(...boxes.map(({ x, width }) => x + width)) - left,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) - top,
  };
}
