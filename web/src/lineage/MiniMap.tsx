// The whole picture, small, with the part that is in view; drag there to go somewhere.
import { useReactFlow, useStore } from '@xyflow/react';
import { type PointerEvent, useRef } from 'react';
import { Shapes } from './FarBoxes.tsx';
import styles from './MiniMap.module.css';
import type { PlacedGraph } from './usePlaced.ts';

const MARGIN = 40;

export function MiniMap({ of }: { of: PlacedGraph }) {
  const flow = useReactFlow();
  const map = useRef<SVGSVGElement>(null);
  const { width, height } = of.placed;
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const shownWidth = useStore((state) => state.width) / zoom;
  const shownHeight = useStore((state) => state.height) / zoom;
  const [left, top] = [-x / zoom, -y / zoom];
  const isWhole = left <= 0 && top <= 0 && left + shownWidth >= width && top + shownHeight >= height;
  // Of no use when everything is in view.
  if (isWhole || width === 0) return null;
  const go = ({ clientX, clientY, buttons }: PointerEvent) => {
    const matrix = map.current?.getScreenCTM();
    if (buttons === 0 || !matrix) return;
    const at = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    void flow.setCenter(at.x, at.y, { zoom });
  };
  return (
    <svg
      ref={map}
      className={styles.map}
      viewBox={`${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`}
      preserveAspectRatio="xMidYMid meet"
      aria-hidden="true"
      onPointerDown={go}
      onPointerMove={go}
    >
      <Shapes of={of} />
      <rect className={styles.view} x={left} y={top} width={shownWidth} height={shownHeight} />
    </svg>
  );
}
