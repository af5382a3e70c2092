// What the parts of a picture need to know of the whole: the graph, what is pointed at, what can be done.
import { createContext, use } from 'react';
import type { Graph, GraphNode } from '../registry/api.ts';
import type { Neighbours, Trace } from './trace.ts';

export type Side = 'upstream' | 'downstream';

/** What a person can do with a box. */
export interface Acts {
  onSelect: (id: string | null) => void;
  /** Opens a stack. */
  onOpen: (stack: GraphNode) => void;
  /** Puts it in the middle. */
  onCenter: (node: GraphNode) => void;
  /** Goes a step further on a side of the middle. */
  onMore: (side: Side) => void;
}

interface Shown extends Acts {
  graph: Graph;
  neighbours: Neighbours;
  trace: Trace | null;
  /** What lies on which side of the middle, if there is one. */
  sides: Trace | null;
  selected: string | null;
  center: string | null;
  found: Set<string> | null;
  /** The box that the Tab key comes to. */
  cursor: string | null;
}

export const GraphContext = createContext<Shown | null>(null);

export function useGraph(): Shown {
  const shown = use(GraphContext);
  if (!shown) throw new Error('a part of a picture is shown outside of it');
  return shown;
}
