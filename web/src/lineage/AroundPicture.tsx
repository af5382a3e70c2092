// The nearest neighbourhood of a thing, within its page: boxes lead to pages, everything else to the lineage page.
import { Link, useNavigate } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { Answered } from '../parts/Answered.tsx';
import { counted } from '../parts/format.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Graph, LineageRequest, Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './AroundPicture.module.css';
import { GraphView } from './GraphView.tsx';
import { lineageRequest, writeAround } from './lineageSearch.ts';
import { usePlaced } from './usePlaced.ts';

const BOXES = 24;
const HEIGHT = { least: 96, most: 400, margin: 32 } as const;

export function AroundPicture({ of: ref }: { of: Ref }) {
  const { now } = useSnapshot();
  const at = useAddresses();
  const navigate = useNavigate();
  const search = { around: writeAround(ref), up: 1, down: 1, boxes: BOXES };
  const request: LineageRequest = lineageRequest(search, ref.project, now);
  const answer = usePlaced(request);
  const goTo = (id: string | null, { nodes }: Graph) => {
    const node = nodes.find((node) => node.id === id);
    if (node?.ref && !node.isMissing) void navigate(at.thing(node.ref));
  };
  return (
    <Answered of={answer} skeleton={<Skeleton lines={4} label="Drawing the lineage" />}>
      {(of) => {
        const { height } = of.placed;
        const fitting = Math.max(HEIGHT.least, Math.min(HEIGHT.most, height + HEIGHT.margin));
        return (
          <>
            <div className={styles.picture} style={{ height: fitting }}>
              <GraphView
                of={of}
                center={`${ref.kind}/${ref.name}`}
                selected={null}
                isEmbedded
                onSelect={(id) => goTo(id, of.graph)}
                onOpen={({ id }) => void navigate({ ...at.lineage(ref), search: { ...search, open: id } })}
                onCenter={({ ref: other }) => other && void navigate(at.lineage(other))}
                onMore={() => void navigate(at.lineage(ref))}
              />
            </div>
            <p className={styles.more}>
              <Link {...at.lineage(ref)}>All of its lineage</Link>{' '}
              {counted(of.graph.totalNodes - 1, 'neighbour')}
            </p>
          </>
        );
      }}
    </Answered>
  );
}
