// The snapshots that are open: name, age, size and version id of the one that is shown; the others to
// change over to.
import { Link, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { ALL_PROJECTS, addresses } from '../addresses.ts';
import { LiveLine } from '../live/LiveLine.tsx';
import { Age } from '../parts/Age.tsx';
import { bytes } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { closeSnapshot, type OpenSnapshot, type Snapshot, useSnapshots } from '../registry/snapshots.ts';
import styles from './SnapshotList.module.css';

export function SnapshotList({ shown }: { shown: OpenSnapshot | null }) {
  const snapshots = useSnapshots().filter(({ state }) => state !== 'failed');
  if (snapshots.length === 0) return <p className={styles.none}>No snapshot is open.</p>;
  return (
    <ul className={styles.list} aria-label="Open snapshots">
      {snapshots.map((snapshot) => (
        <Entry key={snapshot.slug} snapshot={snapshot} isShown={snapshot.slug === shown?.slug} />
      ))}
    </ul>
  );
}

function Entry({ snapshot, isShown }: { snapshot: Snapshot; isShown: boolean }) {
  const navigate = useNavigate();
  const close = () => {
    void closeSnapshot(snapshot.slug);
    if (isShown) void navigate({ to: '/' });
  };
  return (
    <li className={styles.entry} data-shown={isShown}>
      <Link
        {...addresses(snapshot.slug, ALL_PROJECTS).home()}
        className={styles.name}
        title={snapshot.name}
        aria-current={isShown ? 'true' : undefined}
      >
        {snapshot.slug}
      </Link>
      <IconButton label={`Close ${snapshot.slug}`} icon={X} size={12} onClick={close} />
      {snapshot.state === 'opening' && <p className={styles.facts}>Opening …</p>}
      {isShown && snapshot.state === 'open' && <Facts snapshot={snapshot} />}
      {snapshot.origin.from === 'live' && <LiveLine />}
    </li>
  );
}

function Facts({ snapshot: { summary, now } }: { snapshot: OpenSnapshot }) {
  return (
    <p className={styles.facts}>
      {summary.lastUpdated !== null && (
        <>
          <Age at={summary.lastUpdated} now={now} />
          {' · '}
        </>
      )}
      {bytes(summary.bytes)}
      {summary.versionId !== '' && (
        <>
          {' · '}
          <code title={`Version id ${summary.versionId}`}>{summary.versionId.slice(0, 8)}</code>
        </>
      )}
    </p>
  );
}
