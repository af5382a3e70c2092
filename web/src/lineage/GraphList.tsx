// The picture as a list: the same boxes from left to right, column by column; what a box uses and what uses it
// stands beside it when it is selected.
import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleAlert, Clock } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import type { Graph, GraphNode } from '../registry/api.ts';
import styles from './GraphList.module.css';
import { neighboursOf } from './trace.ts';

interface Props {
  graph: Graph;
  selected: string | null;
  found: Set<string> | null;
  onSelect: (id: string | null) => void;
}

const ROW = 32;

export function GraphList({ graph, selected, found, onSelect }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => listed(graph, found), [graph, found]);
  const neighbours = useMemo(() => neighboursOf(graph), [graph]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const at = rows.findIndex(({ id }) => id === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when something else is selected
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [selected]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step === undefined ? undefined : rows[at < 0 ? 0 : at + step];
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus());
  };
  const size = (side: Map<string, unknown[]>, id: string) => side.get(id)?.length ?? 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the rows within
    <div ref={frame} className={styles.frame} onKeyDown={move}>
      <ul
        className={styles.list}
        style={{ height: virtual.getTotalSize() }}
        aria-label="Lineage, from sources to users"
      >
        {virtual.getVirtualItems().map(({ index, start }) => {
          const node = rows[index];
          if (!node) return null;
          const { id, kind, label } = node;
          return (
            <li
              key={id}
              className={styles.row}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
            >
              <button
                type="button"
                className={styles.main}
                data-inside={node.parent !== null && kind === 'Feature'}
                aria-pressed={id === selected}
                tabIndex={index === Math.max(at, 0) ? 0 : -1}
                title={label}
                onClick={() => onSelect(id === selected ? null : id)}
              >
                <KindIcon kind={kind} />
                <span className={styles.label}>{label}</span>
                {node.isStale && <Mark icon={Clock} text="stale" tone="warning" />}
                {node.isMissing && <Mark icon={CircleAlert} text="missing" tone="error" />}
                <span className={styles.kind}>
                  {node.ref ? kindInfo(kind).singular : `${count(node.count)} ${kindInfo(kind).plural}`}
                </span>
                <span className={styles.number}>uses {count(size(neighbours.uses, id))}</span>
                <span className={styles.number}>used by {count(size(neighbours.usedBy, id))}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Mark({ icon: Icon, text, tone }: { icon: typeof Clock; text: string; tone: 'warning' | 'error' }) {
  return (
    <span className={styles.mark} data-tone={tone}>
      <Icon size={12} aria-hidden="true" />
      {text}
    </span>
  );
}

/** Column by column, by kind and name; features below their view. */
function listed({ nodes }: Graph, found: Set<string> | null): GraphNode[] {
  const views = new Map(nodes.map((node) => [node.id, node]));
  const key = (node: GraphNode): string => {
    const view = node.parent === null ? undefined : views.get(node.parent);
    const own = `${node.layer}`.padStart(6, '0');
    return view ? `${key(view)}\n${node.label}` : `${own}\n${node.kind}\n${node.label}`;
  };
  const keyed = nodes
    .filter(({ id }) => found === null || found.has(id))
    .map((node) => ({ node, key: key(node) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ node }) => node);
}
