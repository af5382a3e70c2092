import { expect, test } from 'vitest';
import type { Graph, GraphNode } from '../registry/api.ts';
import { layout } from './layout.ts';
import { svg } from './svg.ts';

const colours = {
  ground: '#ffffff',
  panel: '#fefefe',
  ink: '#111111',
  line: '#999999',
  soft: '#555555',
  warning: '#aa7700',
  error: '#cc0000',
  kinds: new Map([['FeatureView', '#0000ff'] as const]),
};
const box = (id: string, more: Partial<GraphNode>): GraphNode => ({
  id,
  label: id,
  ref: { kind: 'FeatureView', project: 'shop', name: id },
  kind: 'FeatureView',
  count: 1,
  layer: 0,
  isMissing: false,
  isStale: false,
  hasMoreUpstream: false,
  hasMoreDownstream: false,
  owner: '',
  tags: [],
  parent: null,
  ...more,
});
const drawn = (nodes: GraphNode[]) => {
  const edges = [{ from: 'a', to: 'b', how: 'input', count: 1 }];
  const graph: Graph = { nodes, edges, totalNodes: 2, totalEdges: 1, folded: 0 };
  return svg({ graph, placed: layout(graph) }, colours);
};

test('names, marks and lines are in it, and nothing of a name is markup', () => {
  const text = drawn([
    box('a', { label: '<script>&"\u0001', isMissing: true }),
    box('b', { layer: 1, label: 'feature views', ref: null, count: 1234 }),
  ]);
  expect(text).toContain('&lt;script&gt;&amp;&quot;</text>');
  expect(text).not.toContain('<script>');
  expect(text).toContain('>missing</text>');
  expect(text).toContain('>1,234</text>');
  expect(text.match(/<path /g)).toHaveLength(1);
  expect(text).toContain('stroke="#cc0000"');
});

test('a long name ends within its box, and is whole in its title', () => {
  const name = 'x'.repeat(120);
  const text = drawn([box('a', { label: name, isStale: true }), box('b', { layer: 1 })]);
  expect(text).toContain(`<title>feature view ${name}</title>`);
  expect(/>x+…<\/text>/.exec(text)?.[0].length).toBeLessThan(40);
});
