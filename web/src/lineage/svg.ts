// The picture as an SVG file: all of it, in the colours of the page, readable without the page.
import { kindInfo } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import type { GraphNode } from '../registry/api.ts';
import type { Colours } from './colours.ts';
import { BOX, type PlacedBox } from './layout.ts';
import type { PlacedGraph } from './usePlaced.ts';

export const MARGIN = 24;
const FONT = 12;
/** Of the monospaced face, roughly, so that names end within their box. */
const LETTER = FONT * 0.62;

export function svg({ graph, placed }: PlacedGraph, colours: Colours): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const [width, height] = [placed.width + 2 * MARGIN, placed.height + 2 * MARGIN];
  const boxes = placed.boxes.map((box) => {
    const node = byId.get(box.id);
    return node ? boxElement(box, node, colours) : '';
  });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
      'font-size': FONT,
      'font-family': 'ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace',
    },
    [
      element('rect', { x: -MARGIN, y: -MARGIN, width, height, fill: colours.ground }),
      element(
        'g',
        { fill: 'none', stroke: colours.line, 'stroke-opacity': 0.7 },
        placed.lines.map(({ path, isIndirect }) =>
          element('path', { d: path, 'stroke-dasharray': isIndirect ? '5 4' : undefined }),
        ),
      ),
      ...boxes,
    ],
  );
}

function boxElement(box: PlacedBox, node: GraphNode, colours: Colours): string {
  const hue = colours.kinds.get(node.kind) ?? colours.line;
  const middle = box.y + (box.inside === null ? BOX.height : box.height) / 2;
  const baseline = middle + FONT * 0.35;
  const [mark, markColour] = markOf(node, colours);
  const room = box.width - 30 - mark.length * LETTER;
  return element('g', {}, [
    element('title', {}, [escaped(`${kindInfo(node.kind).singular} ${node.label}`)]),
    ...(box.inside === null ? frames(box, node, node.isMissing ? colours.error : hue, colours) : []),
    element('rect', { x: box.x + 8, y: middle - 4, width: 8, height: 8, rx: 2, fill: hue }),
    element('text', { x: box.x + 22, y: baseline, fill: colours.ink }, [escaped(cut(node.label, room))]),
    element('text', { x: box.x + box.width - 8, y: baseline, 'text-anchor': 'end', fill: markColour }, [
      mark,
    ]),
  ]);
}

function frames(
  { x, y, width, height }: PlacedBox,
  node: GraphNode,
  stroke: string,
  colours: Colours,
): string[] {
  const frame = { x, y, width, height, rx: 4, stroke, fill: colours.panel };
  const behind = element('rect', { ...frame, x: x + 4, y: y + 4, 'stroke-opacity': 0.5 });
  const front = element('rect', { ...frame, 'stroke-dasharray': node.isMissing ? '4 3' : undefined });
  return node.ref === null ? [behind, front] : [front];
}

function markOf({ ref, count: size, isMissing, isStale }: GraphNode, colours: Colours): [string, string] {
  if (ref === null) return [count(size), colours.soft];
  if (isMissing) return ['missing', colours.error];
  return [isStale ? 'stale' : '', colours.warning];
}

function cut(text: string, room: number): string {
  const fitting = Math.floor(room / LETTER);
  return text.length <= fitting ? text : `${text.slice(0, Math.max(1, fitting - 1))}…`;
}

function element(
  name: string,
  attributes: Record<string, string | number | undefined>,
  children: string[] = [],
) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${written.join('')}>${children.join('')}</${name}>`;
}

/** What an XML document may not contain is left out. */
function escaped(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: just these
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
  );
}
