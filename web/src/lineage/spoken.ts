// What a box is, in words: for screen readers, and wherever there is no room for its marks.
import { kindInfo } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import type { GraphNode } from '../registry/api.ts';
import type { Neighbours } from './trace.ts';

/** `feature view rider_stats, stale, uses 2, used by 5`. */
export function spokenBox(node: GraphNode, { uses, usedBy }: Neighbours): string {
  const { singular, plural } = kindInfo(node.kind);
  const what =
    node.ref === null ? `${count(node.count)} ${plural}, ${node.label}` : `${singular} ${node.label}`;
  const of = (side: Neighbours['uses']) => side.get(node.id)?.length ?? 0;
  const said = [
    what,
    node.isMissing && 'missing',
    node.isStale && (node.ref === null ? 'some are stale' : 'stale'),
    of(uses) > 0 && `uses ${count(of(uses))}`,
    of(usedBy) > 0 && `used by ${count(of(usedBy))}`,
    node.ref === null && 'press to open',
  ];
  return said.filter(Boolean).join(', ');
}

/** The name of a stack that is open, from one of those that came out of it. */
export function stackName(id: string, member: GraphNode | undefined): string {
  const parts = id.split('/').slice(1).filter(Boolean);
  const kind = member ? kindInfo(member.kind).plural : (id.split(/[./]/)[0] ?? id);
  return [
    kind,
    ...parts.map((part) => (/^~?\d+$/.test(part) ? `part ${Number(part.replace('~', '')) + 1}` : part)),
  ].join(' · ');
}
