// All boxes at once, as one shape for each kind: for pictures seen from afar, and for the map.
import { memo, useMemo } from 'react';
import type { Thing } from '../registry/api.ts';
import styles from './FarBoxes.module.css';
import { useGraph } from './GraphContext.ts';
import type { PlacedBox } from './layout.ts';
import { isTraced } from './trace.ts';
import type { PlacedGraph } from './usePlaced.ts';

/** The boxes that are pointed at or found stand out. */
export function FarBoxes({ of }: { of: PlacedGraph }) {
  const { trace, found, selected } = useGraph();
  const { boxes, width, height } = of.placed;
  const isLit = (id: string) =>
    found ? found.has(id) : trace ? isTraced(trace, id) : selected === null || selected === id;
  const lit = found || trace ? boxes.filter(({ id }) => isLit(id)) : null;
  return (
    <svg className={styles.far} width={width} height={height} aria-hidden="true">
      <g className={lit ? styles.dimmed : undefined}>
        <Shapes of={of} />
      </g>
      {lit && <Shapes of={of} boxes={lit} />}
    </svg>
  );
}

export const Shapes = memo(function Shapes({
  of: { graph, placed },
  boxes = placed.boxes,
}: {
  of: PlacedGraph;
  boxes?: PlacedBox[];
}) {
  const shapes = useMemo(() => {
    const kindOf = new Map(graph.nodes.map(({ id, kind }) => [id, kind]));
    const paths = new Map<Thing, string>();
    for (const { id, x, y, width, height, inside } of boxes) {
      const kind = kindOf.get(id);
      if (kind && inside === null) {
        paths.set(kind, `${paths.get(kind) ?? ''}M${x} ${y}h${width}v${height}h${-width}z`);
      }
    }
    return [...paths];
  }, [graph, boxes]);
  return shapes.map(([kind, path]) => <path key={kind} d={path} data-kind={kind} className={styles.shape} />);
});
