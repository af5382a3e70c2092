// The start page: opening snapshots.
import { BookOpen, FolderOpen } from 'lucide-react';
import { Button } from '../parts/Button.tsx';
import { ProblemMessage } from '../parts/ProblemMessage.tsx';
import { closeSnapshot, useSnapshots } from '../registry/snapshots.ts';
import { OpeningProgress } from './OpeningProgress.tsx';
import styles from './OpenPage.module.css';
import { OpenUrl } from './OpenUrl.tsx';
import { pickFiles } from './pickFiles.ts';
import { RecentList } from './RecentList.tsx';
import { exampleSource } from './sources.ts';
import { useOpen } from './useOpen.ts';

export function OpenPage() {
  const open = useOpen();
  const snapshots = useSnapshots();
  return (
    <div className={styles.page}>
      <title>Feast registry</title>
      <h1>Open a registry snapshot</h1>
      <section className={styles.drop} aria-label="Open a file">
        <p className={styles.lead}>Drop a file here</p>
        <p>
          A Feast file registry (<code>registry.db</code>) or what <code>feast-registry registry export</code>{' '}
          wrote. It is read in this browser and never uploaded.
        </p>
        <div className={styles.ways}>
          <Button isMain icon={FolderOpen} onClick={() => void pickFiles().then(open)}>
            Choose files
          </Button>
          <Button icon={BookOpen} onClick={() => void open([exampleSource()])}>
            Open the example
          </Button>
        </div>
      </section>
      {snapshots.map((snapshot) => {
        if (snapshot.state === 'opening') return <OpeningProgress key={snapshot.slug} snapshot={snapshot} />;
        if (snapshot.state === 'open') return null;
        return (
          <ProblemMessage
            key={snapshot.slug}
            problem={snapshot.problem}
            title={`${snapshot.name} could not be opened`}
          >
            <p className={styles.ways}>
              <Button onClick={() => void closeSnapshot(snapshot.slug)}>Dismiss</Button>
            </p>
          </ProblemMessage>
        );
      })}
      <RecentList onOpen={open} />
      <OpenUrl onOpen={open} />
      <section className={styles.section}>
        <h2>Where to get one</h2>
        <dl className={styles.help}>
          <dt>SQL registry</dt>
          <dd>
            <code>feast-registry registry export snapshot.pb</code>
          </dd>
          <dt>File registry</dt>
          <dd>
            the file at <code>registry.path</code> of <code>feature_store.yaml</code>, often{' '}
            <code>data/registry.db</code>
          </dd>
          <dt>Live</dt>
          <dd>
            <code>feast-registry ui --open</code> shows the configured registry and follows its changes
          </dd>
        </dl>
      </section>
    </div>
  );
}
