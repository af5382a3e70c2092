// How far a snapshot has been read.
import { Button } from '../parts/Button.tsx';
import { bytes } from '../parts/format.ts';
import { closeSnapshot, type Opening } from '../registry/snapshots.ts';
import styles from './OpeningProgress.module.css';

export function OpeningProgress({ snapshot: { slug, read, size } }: { snapshot: Opening }) {
  const isRead = size !== null && read >= size;
  return (
    <div className={styles.opening}>
      <p>
        {isRead ? 'Indexing ' : 'Reading '}
        <code>{slug}</code>
      </p>
      <progress
        aria-label={`Reading ${slug}`}
        value={size === null || isRead ? undefined : read}
        max={size ?? undefined}
      />
      <p className={styles.amount}>{size === null ? bytes(read) : `${bytes(read)} of ${bytes(size)}`}</p>
      <Button onClick={() => void closeSnapshot(slug)}>Cancel</Button>
    </div>
  );
}
