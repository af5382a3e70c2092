import { expect, test } from 'vitest';
import type { Graph, GraphNode } from '../registry/api.ts';
import { isLineTraced, isTraced, neighboursOf, traceOf, withRows } from './trace.ts';

const graph: Graph = {
  nodes: [
    ...['source', 'entity', 'view', 'other', 'service', 'unrelated'].map((id) => ({ id, parent: null })),
    ...['view:x', 'view:y'].map((id) => ({ id, parent: 'view' })),
  ] as GraphNode[],
  edges: [
    { from: 'source', to: 'view', how: 'batch source', count: 1 },
    { from: 'source', to: 'view', how: 'stream source', count: 1 },
    { from: 'entity', to: 'view', how: 'entity', count: 1 },
    { from: 'entity', to: 'other', how: 'entity', count: 1 },
    { from: 'view:x', to: 'service', how: 'feature', count: 1 },
    { from: 'other', to: 'service', how: 'features', count: 1 },
  ],
  totalNodes: 8,
  totalEdges: 6,
  folded: 0,
};
const neighbours = neighboursOf(graph);

test('what uses what, each once, with every how', () => {
  expect(neighbours.uses.get('view')).toEqual([
    { id: 'source', hows: ['batch source', 'stream source'] },
    { id: 'entity', hows: ['entity'] },
  ]);
  expect(neighbours.usedBy.get('entity')?.map(({ id }) => id)).toEqual(['view', 'other']);
});

test('the ways through a view lead through its features', () => {
  const trace = traceOf('view', graph, neighbours);
  expect([...trace.upstream].sort()).toEqual(['entity', 'source']);
  expect([...trace.downstream].sort()).toEqual(['service', 'view:x', 'view:y']);
  expect(isTraced(trace, 'view')).toBe(true);
  expect(isTraced(trace, 'other')).toBe(false);
  expect(isLineTraced(trace, 'view:x', 'service')).toBe(true);
  expect(isLineTraced(trace, 'entity', 'other')).toBe(false);
});

test('who uses the features of a view uses the view', () => {
  expect(withRows('view', graph, neighbours.usedBy)).toEqual([{ id: 'service', hows: ['feature'] }]);
  expect(withRows('source', graph, neighbours.usedBy).map(({ id }) => id)).toEqual(['view']);
});

test('a feature is made of what its view is made of, and used by its own users only', () => {
  expect([...traceOf('view:x', graph, neighbours).upstream].sort()).toEqual(['entity', 'source', 'view']);
  expect([...traceOf('view:y', graph, neighbours).downstream]).toEqual([]);
});

test('circles come to an end', () => {
  const circle = {
    ...graph,
    edges: [...graph.edges, { from: 'service', to: 'view', how: 'input', count: 1 }],
  };
  const trace = traceOf('view', circle, neighboursOf(circle));
  expect(trace.upstream.has('service')).toBe(true);
  expect(trace.upstream.has('view')).toBe(false);
});
