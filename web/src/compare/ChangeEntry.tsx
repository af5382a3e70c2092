// One object that was added, removed or changed. What was removed has its page in the earlier snapshot.
import { ChevronRight } from 'lucide-react';
import { InSnapshot } from '../frame/InSnapshot.tsx';
import { FieldChanges } from '../object/versions/FieldChanges.tsx';
import { SchemaChanges } from '../object/versions/SchemaChanges.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { ObjectChange } from '../registry/api.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import styles from './ChangeEntry.module.css';
import { CHANGE_ICONS } from './Summary.tsx';
import { hasDetails, inShort, otherFields } from './shownChanges.ts';

interface Props {
  change: ObjectChange;
  before: OpenSnapshot;
  isOpen: boolean;
  isProjectShown: boolean;
  onToggle: () => void;
}

export function ChangeEntry({ change, before, isOpen, isProjectShown, onToggle }: Props) {
  const { ref, schema } = change;
  const Icon = CHANGE_ICONS[change.change];
  const link = <ThingLink to={ref} isFull />;
  const fields = otherFields(change);
  const canOpen = hasDetails(change);
  return (
    <div className={styles.entry} data-change={change.change}>
      <div className={styles.line}>
        <span className={styles.sign} title={change.change}>
          <Icon size={14} aria-hidden="true" />
          <span className="only-for-screen-readers">{change.change}</span>
        </span>
        {change.change === 'removed' ? <InSnapshot snapshot={before}>{link}</InSnapshot> : link}
        {isProjectShown && <span className={styles.project}>{ref.project}</span>}
        {canOpen && (
          <button
            type="button"
            className={styles.open}
            aria-expanded={isOpen}
            aria-label={`What differs in ${ref.name}`}
            onClick={onToggle}
          >
            <span className={styles.short}>{inShort(change)}</span>
            <ChevronRight size={14} aria-hidden="true" />
          </button>
        )}
      </div>
      {isOpen && canOpen && (
        <div className={styles.details}>
          {schema.length > 0 && <SchemaChanges changes={schema} />}
          {fields.length > 0 && <FieldChanges changes={fields} />}
        </div>
      )}
    </div>
  );
}
