// A list without rows: there are none, or the filter leaves none.
import { useProject } from '../addresses.ts';
import { Button } from '../parts/Button.tsx';
import { Message } from '../parts/Message.tsx';
import type { Collection, List } from '../registry/api.ts';
import styles from './EmptyList.module.css';
import { useListSearch } from './useListSearch.ts';

export function EmptyList({ list, collection }: { list: List; collection: Collection }) {
  const [{ q }, change] = useListSearch();
  const project = useProject();
  const what = collection.title.toLowerCase();
  if (list.ofTotal === 0) {
    return (
      <div className={styles.empty}>
        <Message
          title={project === null ? `This snapshot has no ${what}` : `The project ${project} has no ${what}`}
        >
          Other projects of the snapshot may have some: choose “All projects”.
        </Message>
      </div>
    );
  }
  return (
    <div className={styles.empty}>
      <Message title={`No ${collection.singular} matches`}>
        <p>
          All words of the filter must hold: <code>{q}</code>
        </p>
        <p className={styles.way}>
          <Button onClick={() => change({ q: undefined })}>Clear the filter</Button>
        </p>
      </Message>
    </div>
  );
}
