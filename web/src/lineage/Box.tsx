// A box of the picture: a thing, a feature within its view's box, or a stack of several.
import type { NodeProps } from '@xyflow/react';
import { ChevronsLeft, ChevronsRight, CircleAlert, Clock, Layers } from 'lucide-react';
import { memo } from 'react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { count } from '../parts/format.ts';
import type { GraphNode } from '../registry/api.ts';
import styles from './Box.module.css';
import { type Side, useGraph } from './GraphContext.ts';
import { spokenBox } from './spoken.ts';
import { isTraced, type Trace } from './trace.ts';

export interface BoxData extends Record<string, unknown> {
  node: GraphNode;
  isInside: boolean;
}

export const Box = memo(function Box({ data }: NodeProps & { data: BoxData }) {
  const { node, isInside } = data;
  const { id, ref, kind, label, isMissing, isStale } = node;
  const { trace, sides, found, selected, center, cursor, neighbours, ...acts } = useGraph();
  const isStack = ref === null;
  const isDimmed = found ? !found.has(id) : trace !== null && !isTraced(trace, id);
  return (
    <div
      className={styles.box}
      data-kind={kind}
      data-inside={isInside}
      data-stack={isStack}
      data-missing={isMissing}
      data-selected={selected === id}
      data-center={center === id}
      data-dimmed={isDimmed}
    >
      <button
        type="button"
        className={styles.main}
        data-box={id}
        tabIndex={cursor === id ? 0 : -1}
        title={label}
        aria-label={spokenBox(node, neighbours)}
        aria-pressed={isStack ? undefined : selected === id}
        onClick={() => (isStack ? acts.onOpen(node) : acts.onSelect(selected === id ? null : id))}
        onDoubleClick={() => !isStack && acts.onCenter(node)}
      >
        <KindIcon kind={kind} />
        <span className={styles.label}>{isStack ? label.replace(/ … .*/, ' …') : label}</span>
        {isStale && <Clock size={12} className={styles.stale} aria-hidden="true" />}
        {isMissing && <CircleAlert size={12} className={styles.absent} aria-hidden="true" />}
        {isStack && (
          <span className={styles.count}>
            <Layers size={12} aria-hidden="true" />
            {count(node.count)}
          </span>
        )}
      </button>
      {node.hasMoreUpstream && leadsOn(sides, id, 'upstream') && <More node={node} side="upstream" />}
      {node.hasMoreDownstream && leadsOn(sides, id, 'downstream') && <More node={node} side="downstream" />}
    </div>
  );
});

/** Whether one step more from the middle would show it: what else a box has to do with is left out on purpose. */
function leadsOn(sides: Trace | null, id: string, side: Side): boolean {
  return sides !== null && (sides.of === id || sides[side].has(id));
}

function More({ node, side }: { node: GraphNode; side: Side }) {
  const { onMore } = useGraph();
  const Icon = side === 'upstream' ? ChevronsLeft : ChevronsRight;
  const label = `More ${side} of ${node.label}: a step further`;
  return (
    <button
      type="button"
      className={styles.more}
      data-side={side}
      tabIndex={-1}
      title={label}
      aria-label={label}
      onClick={() => onMore(side)}
    >
      <Icon size={12} aria-hidden="true" />
    </button>
  );
}
