// The picture of a graph: boxes and lines that can be moved, enlarged, and walked with the arrow keys.
import '@xyflow/react/dist/base.css';
import {
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  ViewportPortal,
} from '@xyflow/react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { GraphNode } from '../registry/api.ts';
import { Box, type BoxData } from './Box.tsx';
import { FarBoxes } from './FarBoxes.tsx';
import { type Acts, GraphContext } from './GraphContext.ts';
import styles from './GraphView.module.css';
import { Lines } from './Lines.tsx';
import { MiniMap } from './MiniMap.tsx';
import { neighbourInDirection } from './neighbourInDirection.ts';
import { neighboursOf, traceOf } from './trace.ts';
import type { PlacedGraph } from './usePlaced.ts';
import { useView } from './useView.ts';
import { ZoomTools } from './ZoomTools.tsx';

interface Props extends Acts {
  of: PlacedGraph;
  /** The box in the middle, if the picture is around one. */
  center: string | null;
  selected: string | null;
  /** What was searched for: the others are dimmed. */
  found?: Set<string> | null;
  /** Within a page that scrolls: the wheel scrolls the page, and there is no map. */
  isEmbedded?: boolean;
}

export function GraphView(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

/** Boxes smaller than this cannot be read, and when there are many they are drawn as a whole. */
const FAR = 0.3;
const MANY = 400;
const nodeTypes = { box: Box };

function Flow({ of, center, selected, found = null, isEmbedded = false, ...acts }: Props) {
  const { graph, placed } = of;
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const isMoving = useRef(false);
  const [hovered, setHovered] = useState<string | null>(null);
  const [walked, setWalked] = useState<string | null>(null);
  const isMany = graph.nodes.length > MANY;
  const isFar = useStore(({ transform }) => transform[2] < FAR) && isMany;
  const neighbours = useMemo(() => neighboursOf(graph), [graph]);
  const boxAt = useMemo(() => new Map(placed.boxes.map((box) => [box.id, box])), [placed]);
  const nodes = useMemo(() => flowNodes(of), [of]);
  const has = (id: string | null): id is string => id !== null && boxAt.has(id);
  const traced = [hovered, selected].find(has) ?? null;
  const trace = useMemo(
    () => (traced === null ? null : traceOf(traced, graph, neighbours)),
    [traced, graph, neighbours],
  );
  const sides = useMemo(
    () => (center === null ? null : traceOf(center, graph, neighbours)),
    [center, graph, neighbours],
  );
  const cursor = [walked, selected, center].find(has) ?? graph.nodes[0]?.id ?? null;
  const isViewKnown = useView(placed, isEmbedded ? NOTHING : { center, selected });

  // Boxes that pass below the pointer meanwhile are not pointed at.
  const startMoving = () => {
    isMoving.current = true;
    setHovered(null);
  };
  const stopMoving = () => {
    isMoving.current = false;
  };
  const walk = (event: KeyboardEvent) => {
    const next = cursor && neighbourInDirection(event.key, cursor, boxAt, neighbours);
    if (!next) return;
    event.preventDefault();
    setWalked(next.id);
    const { x, y, zoom } = flow.getViewport();
    const { width = 0, height = 0 } = frame.current?.getBoundingClientRect() ?? {};
    const [left, top] = [next.x * zoom + x, next.y * zoom + y];
    const isInView =
      left >= 0 && top >= 0 && left + next.width * zoom <= width && top + next.height * zoom <= height;
    if (!isInView || zoom < FAR) {
      void flow.setCenter(next.x + next.width / 2, next.y + next.height / 2, { zoom: Math.max(zoom, 0.6) });
    }
  };
  // After the boxes that have come into view are there.
  useEffect(() => {
    if (walked === null || !frame.current?.contains(document.activeElement)) return;
    const focus = () =>
      frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(walked)}"]`)?.focus();
    const soon = requestAnimationFrame(() => requestAnimationFrame(focus));
    return () => cancelAnimationFrame(soon);
  }, [walked]);

  const shown = useMemo(
    () => ({ graph, neighbours, trace, sides, selected, center, found, cursor }),
    [graph, neighbours, trace, sides, selected, center, found, cursor],
  );
  return (
    <GraphContext value={{ ...shown, ...acts }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the boxes within */}
      <div
        ref={frame}
        className={styles.frame}
        data-embedded={isEmbedded}
        data-many={isMany}
        onKeyDown={walk}
      >
        <ReactFlow
          // Of many, those in view: none before that is known.
          nodes={isFar || (isMany && !isViewKnown) ? NONE : nodes}
          nodeTypes={nodeTypes}
          onlyRenderVisibleElements={isMany}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          zoomOnDoubleClick={false}
          zoomOnScroll={!isEmbedded}
          // A finger scrolls the page.
          panOnDrag={!isEmbedded || matchMedia('(pointer: fine)').matches}
          preventScrolling={!isEmbedded}
          disableKeyboardA11y
          minZoom={0.02}
          maxZoom={2}
          onMoveStart={startMoving}
          onMoveEnd={stopMoving}
          onNodeMouseEnter={(_event, { id }) => !isMoving.current && setHovered(id)}
          onNodeMouseLeave={() => setHovered(null)}
          onPaneClick={() => acts.onSelect(null)}
          proOptions={{ hideAttribution: true }}
          aria-label="Lineage"
          role="group"
        >
          <ViewportPortal>
            <Lines placed={placed} />
            {isFar && <FarBoxes of={of} />}
            {placed.unrelatedAt !== null && (
              <div
                className={styles.unrelated}
                style={{ transform: `translateY(${placed.unrelatedAt - 24}px)` }}
              >
                Without relations
              </div>
            )}
          </ViewportPortal>
        </ReactFlow>
        {!isEmbedded && <ZoomTools placed={placed} />}
        {!isEmbedded && <MiniMap of={of} />}
      </div>
    </GraphContext>
  );
}

/** All of it, however small. */
const NOTHING = { center: null, selected: null };
const NONE: Node<BoxData>[] = [];

function flowNodes({ graph, placed }: PlacedGraph): Node<BoxData>[] {
  const byId = new Map<string, GraphNode>(graph.nodes.map((node) => [node.id, node]));
  return placed.boxes.flatMap(({ id, x, y, width, height, inside }) => {
    const node = byId.get(id);
    if (!node) return [];
    return {
      id,
      type: 'box',
      position: { x, y },
      width,
      height,
      measured: { width, height },
      // Known to have none, so that boxes out of view are never drawn to look for them.
      handles: [],
      zIndex: inside === null ? 0 : 1,
      data: { node, isInside: inside !== null },
    };
  });
}
