// Where the boxes and lines of a lineage graph go. Columns are the core's; d3-dag puts each in an order with
// few crossings and gives the heights; a column that would be too tall is broken into several.
import {
  coordGreedy,
  coordSimplex,
  type Graph as Dag,
  graph as dagBuilder,
  decrossTwoLayer,
  type MutGraphNode,
  type SugiNode,
  sugiyama,
} from 'd3-dag';
import type { Graph, GraphNode } from '../registry/api.ts';

export interface PlacedBox {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The box that it stands in: a feature's view. */
  inside: string | null;
}
/** All uses between two boxes. */
export interface PlacedLine {
  from: string;
  to: string;
  hows: string[];
  count: number;
  /** By way of things that are not shown. */
  isIndirect: boolean;
  /** As in the `d` of an SVG path. */
  path: string;
}
export interface Placed {
  boxes: PlacedBox[];
  lines: PlacedLine[];
  width: number;
  height: number;
  /** Where those begin that nothing leads to or from, if there are any. */
  unrelatedAt: number | null;
}

export const BOX = { width: 248, height: 32, row: 24 } as const;
const GAP = { row: 10, column: 88, wrapped: 24, heading: 40 } as const;
/** The core's word for it. */
const INDIRECT = 'indirect';
/** So many lines are a thicket: only those of the box that is pointed at are drawn. */
export const THICKET = 1200;
/** A column is broken up when it has more boxes than this, and the picture would not fit a screen. */
const TALLEST = 24;
const ASPECT = 1.6;

/** A box of the layered picture with the rows in it. */
interface Block {
  id: string;
  layer: number;
  rows: GraphNode[];
  height: number;
  x: number;
  y: number;
}
interface Link {
  from: Block;
  to: Block;
  points: (readonly [x: number, y: number])[];
}

export function layout(graph: Graph): Placed {
  const { blocks, blockOf } = blocksOf(graph);
  const links = linksOf(graph, blockOf);
  const related = new Set([...links.values()].flatMap(({ from, to }) => [from, to]));
  const layered = blocks.filter((block) => related.has(block));
  const alone = blocks.filter((block) => !related.has(block));
  const size = arrange(layered, [...links.values()]);
  const unrelatedAt = alone.length > 0 && layered.length > 0 ? size.height + GAP.heading : null;
  const whole = placeAlone(alone, size, unrelatedAt ?? 0);
  const boxes = blocks.flatMap(placedBoxes);
  return { boxes, lines: placedLines(graph, boxes, links, blockOf), ...whole, unrelatedAt };
}

function blocksOf({ nodes }: Graph): { blocks: Block[]; blockOf: Map<string, Block> } {
  const blockOf = new Map<string, Block>();
  const ids = new Set(nodes.map(({ id }) => id));
  const layers = [...new Set(nodes.map(({ layer }) => layer))].sort((a, b) => a - b);
  const rank = new Map(layers.map((layer, index) => [layer, index]));
  const isInside = ({ parent }: GraphNode) => parent !== null && ids.has(parent);
  for (const { id, layer } of nodes.filter((node) => !isInside(node))) {
    blockOf.set(id, { id, layer: rank.get(layer) ?? 0, rows: [], height: BOX.height, x: 0, y: 0 });
  }
  const blocks = [...blockOf.values()];
  for (const node of nodes.filter(isInside)) {
    const block = blockOf.get(node.parent ?? '');
    if (!block) continue;
    block.rows.push(node);
    block.height = BOX.height + block.rows.length * BOX.row + 4;
    blockOf.set(node.id, block);
  }
  return { blocks, blockOf };
}

const pair = (from: Block, to: Block) => `${from.id}\n${to.id}`;

/** One link between two blocks, however many uses there are between them and their rows. */
function linksOf({ edges }: Graph, blockOf: Map<string, Block>): Map<string, Link> {
  const links = new Map<string, Link>();
  for (const edge of edges) {
    const from = blockOf.get(edge.from);
    const to = blockOf.get(edge.to);
    if (from && to && from !== to && !links.has(pair(from, to))) {
      links.set(pair(from, to), { from, to, points: [] });
    }
  }
  return links;
}

/** Gives the blocks their places, and the links the points between columns that they pass. */
function arrange(blocks: Block[], links: Link[]): { width: number; height: number } {
  if (blocks.length === 0) return { width: 0, height: 0 };
  const dag = dagBuilder<Block, Link>();
  const nodes = new Map<Block, MutGraphNode<Block, Link>>(blocks.map((block) => [block, dag.node(block)]));
  for (const link of links) {
    const from = nodes.get(link.from);
    const to = nodes.get(link.to);
    // A circle cannot be layered: its way back is drawn without being asked for.
    if (from && to && link.from.layer < link.to.layer) dag.link(from, to, link);
  }
  const ranks = [...new Set(blocks.map(({ layer }) => layer))].sort((a, b) => a - b);
  const layering = <N extends Block, L>(all: Dag<N, L>) => {
    for (const node of all.nodes()) node.y = ranks.indexOf(node.data.layer);
    return ranks.length - 1;
  };
  const isSmall = blocks.length + links.length <= 160;
  const lay = sugiyama()
    .layering(layering)
    .decross(blocks.length + links.length <= 700 ? decrossTwoLayer().passes(12) : barycentres)
    .coord(isSmall ? coordSimplex() : coordGreedy())
    .nodeSize((node: { data: Block }) => [node.data.height, BOX.width])
    .gap([GAP.row, GAP.column]);
  const { width: height } = lay(dag);
  for (const { data, x } of dag.nodes()) {
    data.x = ranks.indexOf(data.layer) * (BOX.width + GAP.column);
    data.y = x - data.height / 2;
  }
  for (const { data, points } of dag.links()) {
    // Without the ends, which are the boxes' own.
    data.points = points.slice(1, -1).map(([y, x]) => [x - BOX.width / 2, y] as const);
  }
  const width = ranks.length * (BOX.width + GAP.column) - GAP.column;
  const columns = ranks.map((rank) => blocks.filter(({ layer }) => layer === rank));
  return columns.some((column) => column.length > TALLEST) ? wrap(columns, links) : { width, height };
}

/** Orders each column by where its neighbours stand: for graphs whose crossings are too many to count. */
function barycentres(layers: SugiNode[][]): void {
  const place = new Map<SugiNode, number>();
  const note = (layer: SugiNode[]) => {
    layer.forEach((node, index) => {
      place.set(node, index / layer.length);
    });
  };
  const order = (layer: SugiNode[], neighbours: (node: SugiNode) => Iterable<SugiNode>) => {
    const wanted = new Map(
      layer.map((node) => {
        const places = [...neighbours(node)].map((other) => place.get(other) ?? 0);
        const sum = places.reduce((total, each) => total + each, 0);
        return [node, places.length > 0 ? sum / places.length : (place.get(node) ?? 0)];
      }),
    );
    layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    note(layer);
  };
  layers.forEach(note);
  for (let round = 0; round < 4; round += 1) {
    for (const layer of layers.slice(1)) order(layer, (node) => node.parents());
    for (const layer of layers.slice(0, -1).reverse()) order(layer, (node) => node.children());
  }
}

/** Breaks tall columns into several side by side, so that the whole is about as wide as a screen. */
function wrap(columns: Block[][], links: Link[]): { width: number; height: number } {
  const ordered = columns.map((column) => alikeByName(column, links));
  const heights = ordered.map((column) => column.reduce((sum, { height }) => sum + height + GAP.row, 0));
  const parts = (height: number) => heights.map((each) => Math.ceil(each / height));
  const widthAt = (height: number) =>
    parts(height).reduce((sum, each) => sum + each * (BOX.width + GAP.wrapped) + GAP.column - GAP.wrapped, 0);
  let height = 12 * (BOX.height + GAP.row);
  while (widthAt(height) > height * ASPECT && height < Math.max(...heights)) height *= 1.1;
  const narrow: Column[] = [];
  let x = 0;
  for (const [index, column] of ordered.entries()) {
    const share = (heights[index] ?? 0) / (parts(height)[index] ?? 1);
    for (const blocks of shared(column, share)) {
      narrow.push({ layer: blocks[0]?.layer ?? 0, x, blocks, gaps: [] });
      x += BOX.width + GAP.wrapped;
    }
    x += GAP.column - GAP.wrapped;
  }
  const tallest = Math.max(...narrow.map(({ blocks }) => heightOf(blocks)));
  for (const column of narrow) {
    const inLayer = narrow.filter(({ layer }) => layer === column.layer);
    // All parts of a column begin at the same height, so that their rows stand in line.
    let y = (tallest - Math.max(...inLayer.map(({ blocks }) => heightOf(blocks)))) / 2;
    column.gaps.push(y - GAP.row / 2);
    for (const block of column.blocks) {
      block.x = column.x;
      block.y = y;
      y += block.height + GAP.row;
      column.gaps.push(y - GAP.row / 2);
    }
  }
  // In a thicket, lines are drawn for one box at a time: the shortest way will do.
  for (const link of links) link.points = links.length > THICKET ? [] : between(link, narrow);
  return { width: x - GAP.column, height: tallest };
}

/** From top to bottom; blocks with the same neighbours by name, in the places that they have together. */
function alikeByName(column: Block[], links: Link[]): Block[] {
  const neighbours = new Map<Block, string[]>(column.map((block) => [block, []]));
  for (const { from, to } of links) {
    neighbours.get(from)?.push(`>${to.id}`);
    neighbours.get(to)?.push(`<${from.id}`);
  }
  const keyOf = (block: Block) => (neighbours.get(block) ?? []).sort().join('\n');
  const alike = new Map<string, Block[]>();
  for (const block of [...column].sort((a, b) => names.compare(a.id, b.id))) {
    const key = keyOf(block);
    alike.set(key, [...(alike.get(key) ?? []), block]);
  }
  const ordered = [...column].sort((a, b) => a.y - b.y);
  return ordered.map((block) => alike.get(keyOf(block))?.shift() ?? block);
}

const names = new Intl.Collator('en', { numeric: true });

/** A part of a column, with the heights at which lines can pass between its boxes. */
interface Column {
  layer: number;
  x: number;
  blocks: Block[];
  gaps: number[];
}

const heightOf = (blocks: Block[]) => blocks.reduce((sum, { height }) => sum + height + GAP.row, 0) - GAP.row;

function shared(blocks: Block[], share: number): Block[][] {
  const parts: Block[][] = [];
  let filled = 0;
  for (const block of blocks) {
    const part = Math.floor((filled + (block.height + GAP.row) / 2) / share);
    parts[part] = [...(parts[part] ?? []), block];
    filled += block.height + GAP.row;
  }
  return parts.filter((part) => part !== undefined);
}

/** Through the columns between two blocks, a line passes between boxes: level with its ends as long as it can. */
function between({ from, to }: Link, columns: Column[]): Link['points'] {
  const [start, end] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  return columns
    .filter(({ x }) => x > from.x && x < to.x)
    .map(({ layer, x, gaps }) => {
      const along = layer === from.layer ? 0 : layer === to.layer ? 1 : (x - from.x) / (to.x - from.x);
      return [x, nearest(gaps, start + (end - start) * along)] as const;
    });
}

/** `gaps` grow; above the first and below the last there is nothing in the way. */
function nearest(gaps: number[], wanted: number): number {
  let [low, high] = [0, gaps.length - 1];
  const [first = 0, last = 0] = [gaps[low], gaps[high]];
  if (wanted <= first || wanted >= last) return wanted;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((gaps[middle] ?? 0) <= wanted) low = middle;
    else high = middle;
  }
  const [above = first, below = last] = [gaps[low], gaps[high]];
  return wanted - above < below - wanted ? above : below;
}

/** Those without relations: in rows below the others. */
function placeAlone(alone: Block[], size: { width: number; height: number }, top: number) {
  if (alone.length === 0) return size;
  const fitting = Math.floor((size.width + GAP.wrapped) / (BOX.width + GAP.wrapped));
  const square = Math.ceil(Math.sqrt((alone.length * ASPECT * (BOX.height + GAP.row)) / BOX.width));
  const perRow = Math.min(Math.max(fitting, square), alone.length);
  alone.forEach((block, index) => {
    block.x = (index % perRow) * (BOX.width + GAP.wrapped);
    block.y = top + Math.floor(index / perRow) * (BOX.height + GAP.row);
  });
  return {
    width: Math.max(size.width, perRow * (BOX.width + GAP.wrapped) - GAP.wrapped),
    height: top + Math.ceil(alone.length / perRow) * (BOX.height + GAP.row) - GAP.row,
  };
}

function placedBoxes({ id, x, y, height, rows }: Block): PlacedBox[] {
  const inner = rows.map((row, index) => ({
    id: row.id,
    x: x + 8,
    y: y + BOX.height + index * BOX.row,
    width: BOX.width - 16,
    height: BOX.row,
    inside: id,
  }));
  return [{ id, x, y, width: BOX.width, height, inside: null }, ...inner];
}

function placedLines(
  { edges }: Graph,
  boxes: PlacedBox[],
  links: Map<string, Link>,
  blockOf: Map<string, Block>,
): PlacedLine[] {
  const boxAt = new Map(boxes.map((box) => [box.id, box]));
  const lines = new Map<string, PlacedLine>();
  for (const { from, to, how, count } of edges) {
    const key = `${from}\n${to}`;
    const known = lines.get(key);
    if (known) {
      known.hows.push(how);
      known.count += count;
      known.isIndirect &&= how === INDIRECT;
      continue;
    }
    const [start, end, fromBlock, toBlock] = [
      boxAt.get(from),
      boxAt.get(to),
      blockOf.get(from),
      blockOf.get(to),
    ];
    if (!start || !end || !fromBlock || !toBlock || fromBlock === toBlock) continue;
    const points = links.get(pair(fromBlock, toBlock))?.points ?? [];
    lines.set(key, {
      from,
      to,
      hows: [how],
      count,
      isIndirect: how === INDIRECT,
      path: path(start, points, end),
    });
  }
  return [...lines.values()];
}

/** Leaves and enters boxes level, and is level where it passes a column. */
function path(from: PlacedBox, points: Link['points'], to: PlacedBox): string {
  const middle = (box: PlacedBox) => box.y + (box.inside === null ? BOX.height : box.height) / 2;
  let [x, y] = [from.x + from.width, middle(from)];
  let text = `M${round(x)} ${round(y)}`;
  const bend = (toX: number, toY: number) => {
    const reach = Math.max(24, Math.abs(toX - x) / 2);
    text += `C${round(x + reach)} ${round(y)} ${round(toX - reach)} ${round(toY)} ${round(toX)} ${round(toY)}`;
    [x, y] = [toX, toY];
  };
  for (const [left, height] of points) {
    bend(left, height);
    x = left + BOX.width;
    text += `H${round(x)}`;
  }
  bend(to.x, middle(to));
  return text;
}

const round = (value: number) => Math.round(value * 10) / 10;
