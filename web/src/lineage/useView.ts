// Which part of the picture is in view when it changes: all of it if that can be read, else what matters.
import { getViewportForBounds, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { Placed, PlacedBox } from './layout.ts';

/** Below this, names cannot be read. */
const READABLE = 0.55;
const COMFORTABLE = 0.85;
const MARGIN = 32;

interface Points {
  center: string | null;
  selected: string | null;
}

export function useView(placed: Placed, points: Points): void {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const before = useRef<Placed | null>(null);
  const latest = useRef(points);
  latest.current = points;
  const isSized = width > 0 && height > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another size of the window moves nothing
  useEffect(() => {
    if (!isSized || before.current === placed) return;
    const target = whatMatters(placed, before.current, latest.current);
    before.current = placed;
    const whole = { x: 0, y: 0, width: placed.width, height: placed.height };
    const all = getViewportForBounds(whole, width, height, 0.02, 1, 0.06);
    if (all.zoom >= READABLE || target === null) {
      void flow.setViewport(all);
    } else {
      const x = within(target.x + target.width / 2, width / COMFORTABLE, placed.width);
      const y = within(target.y + target.height / 2, height / COMFORTABLE, placed.height);
      void flow.setCenter(x, y, { zoom: COMFORTABLE });
    }
  }, [placed, isSized]);
}

/** The middle of the view, as near to `wanted` as can be without showing what lies beyond the picture. */
function within(wanted: number, shown: number, whole: number): number {
  const least = shown / 2 - MARGIN;
  const most = whole - shown / 2 + MARGIN;
  return least > most ? whole / 2 : Math.min(Math.max(wanted, least), most);
}

/** What came out of a stack just now; else what is selected or in the middle. */
function whatMatters(placed: Placed, before: Placed | null, { center, selected }: Points) {
  const boxOf = (id: string | null) => placed.boxes.find((box) => box.id === id) ?? null;
  const known = new Set(before?.boxes.map(({ id }) => id));
  const fresh = before ? placed.boxes.filter(({ id }) => !known.has(id)) : [];
  const isOpened = fresh.length > 0 && fresh.length < placed.boxes.length / 2;
  return (isOpened ? around(fresh) : null) ?? boxOf(selected) ?? boxOf(center);
}

function around(boxes: PlacedBox[]) {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  return {
    x: left,
    y: top,
    width: Math.max(...boxes.map(({ x, width }) => x + width)) - left,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) - top,
  };
}
