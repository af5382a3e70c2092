// Columns that were added, removed, given another type, or changed otherwise.
import { Minus, PencilLine, Plus, RefreshCw } from 'lucide-react';
import { counted } from '../../parts/format.ts';
import type { SchemaChange } from '../../registry/api.ts';
import styles from './Changes.module.css';

const LOOKS: Record<SchemaChange['change'], { icon: typeof Plus; words: string }> = {
  added: { icon: Plus, words: 'added' },
  removed: { icon: Minus, words: 'removed' },
  retyped: { icon: RefreshCw, words: 'another type' },
  edited: { icon: PencilLine, words: 'changed' },
};

export function SchemaChanges({ changes }: { changes: readonly SchemaChange[] }) {
  return (
    <div>
      <h3 className={styles.title}>{counted(changes.length, 'column')} changed</h3>
      <ul className={styles.columns}>
        {changes.map(({ name, change, before, after }) => {
          const { icon: Icon, words } = LOOKS[change];
          return (
            <li key={`${change} ${name}`} data-change={change}>
              <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
              <span className={styles.change}>{words}</span>
              <code className={styles.column}>{name}</code>
              <span className={styles.values}>
                {before !== null && <del>{before}</del>}
                {before !== null && after !== null && <span aria-hidden="true"> → </span>}
                {after !== null && <ins>{after}</ins>}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
