// Where things come from and where they go: around one of them, or of a whole project.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useProject } from '../addresses.ts';
import { Page } from '../frame/Page.tsx';
import { Answered } from '../parts/Answered.tsx';
import { toggled } from '../parts/addressList.ts';
import { Skeleton } from '../parts/Skeleton.tsx';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { ChooseProject } from './ChooseProject.tsx';
import { Details } from './Details.tsx';
import { ExportPicture } from './ExportPicture.tsx';
import { Filters } from './Filters.tsx';
import type { Acts } from './GraphContext.ts';
import { GraphList } from './GraphList.tsx';
import { GraphView } from './GraphView.tsx';
import styles from './LineagePage.module.css';
import { type LineageSearch, lineageRequest, writeAround } from './lineageSearch.ts';
import { NothingToDraw } from './NothingToDraw.tsx';
import { Shown } from './Shown.tsx';
import { usePlaced } from './usePlaced.ts';
import { ViewChoice } from './ViewChoice.tsx';

export function LineagePage() {
  const { summary } = useSnapshot();
  const [only, second] = summary.projects;
  const project = useProject() ?? (second ? null : (only?.name ?? null));
  return project === null ? <ChooseProject /> : <ProjectLineage key={project} project={project} />;
}

function ProjectLineage({ project }: { project: string }) {
  const search = useSearch({ from: '/$snapshot/$project/lineage' });
  const { now } = useSnapshot();
  const navigate = useNavigate();
  const request = lineageRequest(search, project, now);
  const answer = usePlaced(request);
  const [found, setFound] = useState<Set<string> | null>(null);
  const of = answer.state === 'failed' ? undefined : answer.value;
  const center = request.focus && `${request.focus.kind}/${request.focus.name}`;
  const selected = search.at ?? null;
  const title = request.focus ? `Lineage of ${request.focus.name}` : 'Lineage';

  const change = (to: Partial<LineageSearch>, replace = false) =>
    void navigate({ to: '.', search: (was: LineageSearch) => ({ ...was, ...to }), replace });
  const acts: Acts = {
    onSelect: (id) => change({ at: id ?? undefined }, true),
    onOpen: ({ id }) => change({ open: toggled(search.open, id) }),
    onCenter: ({ ref }) => ref && change({ around: writeAround(ref), at: undefined, open: undefined }),
    onMore: (side) =>
      change(side === 'upstream' ? { up: request.upstream + 1 } : { down: request.downstream + 1 }),
  };

  return (
    <Page
      title={title}
      crumb="lineage"
      isFull
      tools={
        <>
          <ViewChoice view={search.view} onChange={(view) => change({ view })} />
          {of && <ExportPicture of={of} name={title} />}
        </>
      }
    >
      <Filters search={search} request={request} of={of} onChange={change} onFound={setFound} />
      <Shown search={search} of={of} onChange={change} />
      <Answered of={answer} skeleton={<Skeleton lines={8} label="Drawing the lineage" />}>
        {(of) =>
          of.graph.nodes.length === 0 ? (
            <NothingToDraw search={search} onChange={change} />
          ) : (
            <div className={styles.content}>
              {search.view === 'list' ? (
                <GraphList graph={of.graph} selected={selected} found={found} onSelect={acts.onSelect} />
              ) : (
                <GraphView of={of} center={center} selected={selected} found={found} {...acts} />
              )}
              <Details
                graph={of.graph}
                selected={selected}
                acts={acts}
                features={search.features}
                onFeatures={(features) => change({ features })}
              />
            </div>
          )
        }
      </Answered>
    </Page>
  );
}
