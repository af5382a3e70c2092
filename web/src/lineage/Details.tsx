// What is selected: what it is, what it uses and what uses it, each of which can be gone to.
import { Link } from '@tanstack/react-router';
import { ArrowUpRight, Columns3, Crosshair, Layers, X } from 'lucide-react';
import { useMemo } from 'react';
import { useAddresses } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import { toggled, writtenList } from '../parts/addressList.ts';
import { Button } from '../parts/Button.tsx';
import { count, counted } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { TagChip } from '../parts/TagChip.tsx';
import type { Graph, GraphNode, Ref } from '../registry/api.ts';
import styles from './Details.module.css';
import type { Acts } from './GraphContext.ts';

import { type Neighbour, neighboursOf, withRows } from './trace.ts';

interface Props {
  graph: Graph;
  selected: string | null;
  acts: Acts;
  /** The views whose features are shown, as in the address. */
  features: string | undefined;
  onFeatures: (features: string | undefined) => void;
}

export function Details({ graph, selected, acts, features, onFeatures }: Props) {
  const byId = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  const neighbours = useMemo(() => neighboursOf(graph), [graph]);
  const node = selected === null ? undefined : byId.get(selected);
  if (!node) return null;
  return (
    <aside className={styles.details} aria-label="What is selected">
      <header className={styles.header}>
        <KindIcon kind={node.kind} size={16} />
        <h2 className={`${styles.name} mono`}>{node.label}</h2>
        <IconButton label="Close" icon={X} onClick={() => acts.onSelect(null)} />
      </header>
      <About node={node} />
      <div className={styles.acts}>
        {node.ref === null ? (
          <Button icon={Layers} onClick={() => acts.onOpen(node)}>
            Open the stack
          </Button>
        ) : (
          <ThingActs node={node} to={node.ref} acts={acts} features={features} onFeatures={onFeatures} />
        )}
      </div>
      <Side
        title="Uses"
        of={withRows(node.id, graph, neighbours.uses)}
        byId={byId}
        onSelect={acts.onSelect}
      />
      <Side
        title="Used by"
        of={withRows(node.id, graph, neighbours.usedBy)}
        byId={byId}
        onSelect={acts.onSelect}
      />
    </aside>
  );
}

function About({ node: { ref, kind, count, owner, tags, isMissing, isStale } }: { node: GraphNode }) {
  const { singular, plural, collection } = kindInfo(kind);
  return (
    <>
      <p className={styles.soft}>
        {ref ? singular : counted(count, singular, plural)}
        {owner && `, owned by ${owner}`}
      </p>
      {isMissing && <p className={styles.missing}>It is referred to, but not in the registry.</p>}
      {isStale && (
        <p className={styles.stale}>
          {ref ? 'Its values are out of date.' : 'Some have values out of date.'}
        </p>
      )}
      {tags.length > 0 && collection && (
        <p className={styles.tags}>
          {tags.map((tag) => (
            <TagChip key={tag[0]} tag={tag} collection={collection} />
          ))}
        </p>
      )}
    </>
  );
}

function ThingActs({
  node,
  to,
  acts,
  features,
  onFeatures,
}: Pick<Props, 'acts' | 'features' | 'onFeatures'> & { node: GraphNode; to: Ref }) {
  const at = useAddresses();
  const isView = kindInfo(to.kind).collection === 'feature-views' && !node.isMissing;
  return (
    <>
      {!node.isMissing && (
        <Link {...at.thing(to)} className={styles.link}>
          <ArrowUpRight size={14} aria-hidden="true" />
          Its page
        </Link>
      )}
      <Button icon={Crosshair} onClick={() => acts.onCenter(node)}>
        Put in the middle
      </Button>
      {isView && (
        <Button icon={Columns3} onClick={() => onFeatures(toggled(features, to.name))}>
          {writtenList(features).includes(to.name) ? 'Hide features' : 'Show features'}
        </Button>
      )}
    </>
  );
}

interface SideProps {
  title: string;
  of: Neighbour[];
  byId: Map<string, GraphNode>;
  onSelect: (id: string) => void;
}

/** More would be no use to a reader; the picture is for that. */
const MOST = 100;

function Side({ title, of, byId, onSelect }: SideProps) {
  return (
    <section>
      <h3 className={styles.side}>
        {title} <span className={styles.soft}>{count(of.length)}</span>
      </h3>
      {of.length === 0 && <p className={styles.soft}>Nothing that is drawn here.</p>}
      <ul>
        {of.slice(0, MOST).map(({ id, hows }) => {
          const node = byId.get(id);
          return (
            node && (
              <li key={id}>
                <button
                  type="button"
                  className={styles.neighbour}
                  onClick={() => onSelect(id)}
                  title={node.label}
                >
                  <KindIcon kind={node.kind} />
                  <span className={styles.label}>{node.label}</span>
                  {node.ref === null && <span className={styles.soft}>{count(node.count)}</span>}
                  <span className={styles.how}>{[...new Set(hows)].join(', ')}</span>
                </button>
              </li>
            )
          );
        })}
      </ul>
      {of.length > MOST && <p className={styles.soft}>and {count(of.length - MOST)} more</p>}
    </section>
  );
}
