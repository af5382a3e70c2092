import { expect, test } from 'vitest';
import type { Graph, GraphNode } from '../registry/api.ts';
import { BOX, layout, type Placed, type PlacedBox } from './layout.ts';

const node = (id: string, layer: number, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  label: id,
  ref: { kind: 'FeatureView', project: 'shop', name: id },
  kind: 'FeatureView',
  count: 1,
  layer,
  isMissing: false,
  isStale: false,
  hasMoreUpstream: false,
  hasMoreDownstream: false,
  owner: '',
  tags: [],
  parent: null,
  ...more,
});
const graph = (nodes: GraphNode[], edges: [from: string, to: string][]): Graph => ({
  nodes,
  edges: edges.map(([from, to]) => ({ from, to, how: 'input', count: 1 })),
  totalNodes: nodes.length,
  totalEdges: edges.length,
  folded: 0,
});
const boxOf = (placed: Placed, id: string) => {
  const box = placed.boxes.find((box) => box.id === id);
  if (!box) throw new Error(`${id} is not placed`);
  return box;
};
function expectNoOverlap({ boxes }: Placed) {
  const outer = boxes.filter(({ inside }) => inside === null);
  for (const [index, one] of outer.entries()) {
    for (const other of outer.slice(index + 1)) {
      const apart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      if (!apart) throw new Error(`${one.id} and ${other.id} overlap`);
    }
  }
}
/** Sources, entities, views and services as a registry has them. */
function project(count: number): Graph {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const nodes: GraphNode[] = [];
  const edges: [string, string][] = [];
  const [sources, views] = [Math.ceil(count * 0.14), Math.ceil(count * 0.66)];
  for (let i = 0; i < sources; i += 1) nodes.push(node(`source${i}`, 0));
  for (let i = 0; i < views; i += 1) {
    nodes.push(node(`view${i}`, 1));
    edges.push([`source${random(sources)}`, `view${i}`]);
  }
  for (let i = 0; nodes.length < count; i += 1) {
    nodes.push(node(`service${i}`, 3));
    for (let k = 0; k < 4; k += 1) edges.push([`view${random(views)}`, `service${i}`]);
    edges.push([`source${random(sources)}`, `service${i}`]);
  }
  return graph(nodes, edges);
}

test('what is used stands left of what uses it, and lines lead from edge to edge', () => {
  const placed = layout(
    graph(
      [node('a', 0), node('b', 1), node('c', 4)],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
      ],
    ),
  );
  const [a, b, c] = ['a', 'b', 'c'].map((id) => boxOf(placed, id)) as [PlacedBox, PlacedBox, PlacedBox];
  expect(a.x + a.width).toBeLessThan(b.x);
  expect(b.x + b.width).toBeLessThan(c.x);
  const ac = placed.lines.find(({ from, to }) => from === 'a' && to === 'c');
  expect(ac?.path).toMatch(new RegExp(`^M${a.width} `));
  expect(ac?.path).toMatch(new RegExp(` ${c.x} ${c.y + c.height / 2}$`));
  // It passes the column of `b` level, and not through its box.
  const level = /([\d.-]+)H/.exec(ac?.path ?? '')?.[1];
  expect(Math.abs(Number(level) - (b.y + b.height / 2))).toBeGreaterThanOrEqual(b.height / 2);
  expectNoOverlap(placed);
});

test('several uses between two boxes are one line', () => {
  const both = graph(
    [node('a', 0), node('b', 1)],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
  const { lines } = layout(both);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ hows: ['input', 'input'], count: 2 });
});

test('features stand in the box of their view', () => {
  const nodes = [
    node('view', 0),
    node('x', 0, { parent: 'view' }),
    node('y', 0, { parent: 'view' }),
    node('s', 1),
  ];
  const placed = layout(graph(nodes, [['y', 's']]));
  const [view, x, y] = ['view', 'x', 'y'].map((id) => boxOf(placed, id)) as [PlacedBox, PlacedBox, PlacedBox];
  expect([x.inside, y.inside]).toEqual(['view', 'view']);
  expect(view.height).toBeGreaterThanOrEqual(BOX.height + 2 * BOX.row);
  expect(x.y).toBeLessThan(y.y);
  expect(y.y + y.height).toBeLessThanOrEqual(view.y + view.height);
  expect(placed.lines[0]?.path).toMatch(new RegExp(`^M${y.x + y.width} ${y.y + y.height / 2}`));
});

test('a parent that is not drawn is none', () => {
  const placed = layout(graph([node('a', 0, { parent: 'FeatureView.1' }), node('b', 1)], [['a', 'b']]));
  expect(boxOf(placed, 'a').inside).toBeNull();
});

test('circles and what is alone are drawn as well', () => {
  const nodes = [node('a', 0), node('b', 1), node('alone', 0), node('apart', 3)];
  const placed = layout(
    graph(nodes, [
      ['a', 'b'],
      ['b', 'a'],
    ]),
  );
  expect(placed.lines).toHaveLength(2);
  expect(boxOf(placed, 'alone').y).toBeGreaterThanOrEqual(placed.unrelatedAt ?? Number.NaN);
  expectNoOverlap(placed);
  expect(layout(graph([], []))).toMatchObject({ boxes: [], width: 0, height: 0, unrelatedAt: null });
  expectNoOverlap(layout(graph([node('one', 2), node('two', 5)], [])));
});

test('tall columns are broken up to about the shape of a screen', () => {
  const placed = layout(project(300));
  expectNoOverlap(placed);
  expect(placed.width / placed.height).toBeGreaterThan(0.8);
  expect(placed.width / placed.height).toBeLessThan(3);
});

test('boxes with the same neighbours are in the order of their names', () => {
  const fan = Array.from({ length: 60 }, (_, i) => node(`v${i}`, 1));
  const edges = fan.flatMap(({ id }): [string, string][] => [
    ['source', id],
    [id, 'service'],
  ]);
  const placed = layout(graph([node('source', 0), ...fan.reverse(), node('service', 2)], edges));
  const inPlace = placed.boxes.filter(({ id }) => id.startsWith('v')).sort((a, b) => a.x - b.x || a.y - b.y);
  expect(inPlace.map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, i) => `v${i}`));
});

test('5,000 boxes are laid out within two seconds', () => {
  const all = project(5000);
  const begin = process.cpuUsage();
  const placed = layout(all);
  const { user } = process.cpuUsage(begin);
  expect(placed.boxes).toHaveLength(5000);
  expect(placed.width / placed.height).toBeLessThan(3);
  expect(user / 1000).toBeLessThan(2000);
}, 30_000);
