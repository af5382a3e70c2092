// Where an arrow key leads from a box: left to what it uses, right to what uses it, up and down within the column.
import type { PlacedBox } from './layout.ts';
import type { Neighbours } from './trace.ts';

export function neighbourInDirection(
  key: string,
  from: string,
  boxAt: Map<string, PlacedBox>,
  neighbours: Neighbours,
): PlacedBox | null {
  const start = boxAt.get(from);
  if (!start) return null;
  const linked = (side: Neighbours['uses']) =>
    (side.get(from) ?? []).flatMap(({ id }) => boxAt.get(id) ?? []);
  const column = () =>
    [...boxAt.values()].filter(({ x, width }) => x < start.x + start.width && start.x < x + width);
  const middle = ({ y, height }: PlacedBox) => y + height / 2;
  const nearest = (boxes: PlacedBox[]) =>
    boxes.reduce<PlacedBox | null>(
      (best, box) => (best && distance(best) <= distance(box) ? best : box),
      null,
    );
  const distance = (box: PlacedBox) =>
    Math.abs(box.y - start.y) + Math.abs(middle(box) - middle(start)) / 1e6;
  switch (key) {
    case 'ArrowLeft':
      return nearest(linked(neighbours.uses));
    case 'ArrowRight':
      return nearest(linked(neighbours.usedBy));
    case 'ArrowUp':
      return nearest(column().filter(({ y }) => y < start.y));
    case 'ArrowDown':
      return nearest(column().filter(({ y }) => y > start.y));
    default:
      return null;
  }
}
