// The changes, kind by kind, each of which opens to its fields.
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import { Button } from '../parts/Button.tsx';
import { count, counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { VirtualList } from '../parts/VirtualList.tsx';
import type { Comparison } from '../registry/api.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import { ChangeEntry } from './ChangeEntry.tsx';
import styles from './Changes.module.css';
import type { CompareSearch } from './compareSearch.ts';
import { compareEntries, openChanges, shownChanges, withToggled } from './shownChanges.ts';

interface Props {
  comparison: Comparison;
  before: OpenSnapshot;
  search: CompareSearch;
  onChange: (to: Partial<CompareSearch>) => void;
}

export function Changes({ comparison, before, search, onChange }: Props) {
  const { changes, omitted, projects } = comparison;
  const shown = shownChanges(comparison, search);
  const open = openChanges(comparison, search.open);
  if (changes.length === 0) {
    return (
      <Message title="No definition differs">
        The two snapshots define the same objects in the same way.
      </Message>
    );
  }
  if (shown.length === 0) {
    return (
      <Message title="No change is left by the filter">
        <Button onClick={() => onChange({ change: undefined, kind: undefined, q: undefined })}>
          Show all
        </Button>
      </Message>
    );
  }
  return (
    <>
      {omitted > 0 && (
        <p className={styles.note}>
          The first {count(changes.length)} changes; {counted(omitted, 'more is', 'more are')} only counted.
        </p>
      )}
      <div className={styles.list}>
        <VirtualList
          label="Changes"
          items={compareEntries(shown)}
          keyOf={(entry) => (entry.is === 'kind' ? entry.kind : entry.id)}
          height={() => 40}
          isHeading={({ is }) => is === 'kind'}
        >
          {(entry) =>
            entry.is === 'kind' ? (
              <h2 className={styles.kind}>
                <KindIcon kind={entry.kind} />
                <span className={styles.plural}>{kindInfo(entry.kind).plural}</span>
                <span className={styles.count}>{count(entry.shown)}</span>
              </h2>
            ) : (
              <ChangeEntry
                change={entry.change}
                before={before}
                isOpen={open.has(entry.id)}
                isProjectShown={projects.length > 1}
                onToggle={() => onChange({ open: withToggled(open, entry.id) })}
              />
            )
          }
        </VirtualList>
      </div>
    </>
  );
}
