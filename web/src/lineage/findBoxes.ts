// The boxes whose name has the text; those that begin with it first.
import type { Graph, GraphNode } from '../registry/api.ts';

export function findBoxes({ nodes }: Graph, text: string): GraphNode[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  const at = ({ label }: GraphNode) => label.toLowerCase().indexOf(wanted);
  const found = nodes.filter((node) => at(node) >= 0);
  return found.sort((a, b) => Number(at(a) > 0) - Number(at(b) > 0) || a.label.length - b.label.length);
}
