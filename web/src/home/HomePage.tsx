// The start page of a project, or of all: what is here, what changed last, what looks wrong, how it is
// spread.
import { useProject } from '../addresses.ts';
import { Page } from '../frame/Page.tsx';
import { Answered } from '../parts/Answered.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Home } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import { Findings } from './Findings.tsx';
import styles from './HomePage.module.css';
import { Notes } from './Notes.tsx';
import { ProjectFacts } from './ProjectFacts.tsx';
import { ProjectTable } from './ProjectTable.tsx';
import { Recent } from './Recent.tsx';
import { Spread } from './Spread.tsx';
import { StaleViews } from './StaleViews.tsx';

export function HomePage() {
  const project = useProject();
  const { summary, now, name } = useSnapshot();
  const answer = useAnswer('home', project, now);
  const one = summary.projects.find((each) => each.name === project);
  return (
    <Page title={project ?? name} crumb="home" {...(project === null ? {} : { kind: 'Project' as const })}>
      {one && <ProjectFacts project={one} now={now} />}
      <Notes summary={summary} />
      {project === null && summary.projects.length > 0 && (
        <ProjectTable projects={summary.projects} now={now} />
      )}
      <Answered of={answer} skeleton={<Skeleton lines={12} />}>
        {(home) => <Overview home={home} now={now} />}
      </Answered>
    </Page>
  );
}

function Overview({ home, now }: { home: Home; now: number }) {
  return (
    <div className={styles.sections}>
      <div className={styles.column}>
        <Recent recent={home.recent} now={now} />
        <Findings />
      </div>
      <div className={styles.column}>
        <StaleViews views={home.staleViews} now={now} />
        <Spread home={home} />
      </div>
    </div>
  );
}
