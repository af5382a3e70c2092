// A link to a snapshot that is not open in this tab: what it is, and how to open it.
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Message } from '../parts/Message.tsx';
import { ProblemMessage } from '../parts/ProblemMessage.tsx';
import type { FailedSnapshot, Source } from '../registry/snapshots.ts';
import styles from './NotOpen.module.css';
import { pickFiles } from './pickFiles.ts';
import { type Recent, recentSnapshots, reopen } from './recent.ts';
import { EXAMPLE, exampleSource } from './sources.ts';
import { useOpen } from './useOpen.ts';

export function NotOpen({ slug, failed }: { slug: string; failed: FailedSnapshot | null }) {
  const open = useOpen();
  const [recent, setRecent] = useState<Recent | null>(null);
  useEffect(() => {
    void recentSnapshots().then((all) => setRecent(all.find(({ name }) => name === slug) ?? null));
  }, [slug]);
  const openAll = async (sources: Promise<(Source | null)[]>) =>
    open((await sources).filter((source) => source !== null));

  if (failed)
    return <ProblemMessage problem={failed.problem} title={`${slug} could not be opened`} isAlone />;
  return (
    <Message title={`${slug} is not open in this tab`} isAlone>
      <p>
        A link says where to look, but not the file: snapshots never leave the browser that opened them. Drop
        the file anywhere on this page to go on, or <Link to="/">open something else</Link>.
      </p>
      <div className={styles.ways}>
        {recent && (recent.handle || recent.url) && (
          <Button isMain onClick={() => void openAll(reopen(recent).then((source) => [source]))}>
            Open it again
          </Button>
        )}
        {slug === EXAMPLE && (
          <Button isMain onClick={() => void open([exampleSource()])}>
            Open the example
          </Button>
        )}
        <Button onClick={() => void openAll(pickFiles())}>Choose the file</Button>
      </div>
    </Message>
  );
}
