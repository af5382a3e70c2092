// A graph with the places of its boxes, found out in a worker of its own that is started when first needed.
import { useQuery } from '@tanstack/react-query';
import { type Remote, wrap } from 'comlink';
import type { Graph, LineageRequest } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { type Answer, answerOf, question } from '../registry/useAnswer.ts';
import type { Placed } from './layout.ts';

export interface PlacedGraph {
  graph: Graph;
  placed: Placed;
}

interface Layouts {
  layout(graph: Graph): Promise<Placed>;
}
let layouts: Remote<Layouts> | null = null;

function worker(): Remote<Layouts> {
  layouts ??= wrap<Layouts>(
    new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module', name: 'layout' }),
  );
  return layouts;
}

/** The picture before stays in view while the next one is made. */
export function usePlaced(request: LineageRequest): Answer<PlacedGraph> {
  const { id } = useSnapshot();
  const { queryFn: ask } = question(id, 'lineage', request);
  return answerOf(
    useQuery({
      queryKey: [id, 'lineage picture', request],
      queryFn: async () => {
        const graph = await ask();
        return { graph, placed: await worker().layout(graph) };
      },
      placeholderData: (previous) => previous,
    }),
  );
}
