// With what to compare: one that is open already, or another.
import { useNavigate } from '@tanstack/react-router';
import { FolderOpen } from 'lucide-react';
import { pickFiles } from '../open/pickFiles.ts';
import { openSource } from '../open/useOpen.ts';
import { Button } from '../parts/Button.tsx';
import { bytes, count } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';
import styles from './ChooseOther.module.css';
import type { CompareSearch } from './compareSearch.ts';

export function ChooseOther({ after }: { after: OpenSnapshot }) {
  const navigate = useNavigate();
  const others = useSnapshots().filter(
    (snapshot): snapshot is OpenSnapshot => snapshot.state === 'open' && snapshot.slug !== after.slug,
  );
  const choose = (slug: string) =>
    void navigate({ to: '.', search: (was: CompareSearch) => ({ ...was, with: slug }) });
  const open = async () => {
    const [first] = await Promise.all((await pickFiles()).map(openSource));
    if (first) choose(first.slug);
  };
  return (
    <Message title={`With which snapshot should ${after.name} be compared?`}>
      <p>
        Choose what was before: yesterday’s file, or production’s. It is opened in this tab and not uploaded.
      </p>
      <ul className={styles.others}>
        {others.map(({ slug, summary }) => (
          <li key={slug}>
            <button type="button" className={styles.other} onClick={() => choose(slug)}>
              <span className="mono">{slug}</span>
              <span className={styles.size}>
                {count(summary.objects)} objects, {bytes(summary.bytes)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Button icon={FolderOpen} onClick={() => void open()}>
        Open another
      </Button>
    </Message>
  );
}
