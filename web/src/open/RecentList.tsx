// What was opened lately on this machine.
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { tell } from '../frame/StatusLine.tsx';
import { Age } from '../parts/Age.tsx';
import { bytes } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import type { Source } from '../registry/snapshots.ts';
import styles from './RecentList.module.css';
import { forget, type Recent, recentSnapshots, reopen } from './recent.ts';

export function RecentList({ onOpen }: { onOpen: (sources: Source[]) => Promise<void> }) {
  const [recent, setRecent] = useState<Recent[]>([]);
  const [now] = useState(Date.now);
  const load = () => void recentSnapshots().then(setRecent);
  useEffect(load, []);

  const open = async (entry: Recent) => {
    const source = await reopen(entry);
    if (source) await onOpen([source]);
    else tell({ text: `${entry.name} cannot be read again from here: choose or drop the file.` });
  };
  if (recent.length === 0) return null;
  return (
    <section>
      <h2>Recent</h2>
      <ul className={styles.list}>
        {recent.map((entry) => (
          <li key={`${entry.name} ${entry.url}`} className={styles.entry}>
            <button
              type="button"
              className={styles.name}
              title={entry.url ?? entry.name}
              onClick={() => void open(entry)}
            >
              {entry.name}
            </button>
            <span>{bytes(entry.bytes)}</span>
            <Age at={entry.openedAt} now={now} />
            <IconButton
              label={`Forget ${entry.name}`}
              icon={X}
              size={12}
              onClick={() => void forget(entry).then(load)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
