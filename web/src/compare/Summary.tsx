// How much differs, each a filter; and what is no difference.
import { Minus, PencilLine, Plus } from 'lucide-react';
import { kindInfo, kindOfSlug } from '../kinds/kinds.ts';
import { count, counted } from '../parts/format.ts';
import { Select } from '../parts/Select.tsx';
import { TextFilter } from '../parts/TextFilter.tsx';
import type { Comparison } from '../registry/api.ts';
import { CHANGES, type Change, type CompareSearch } from './compareSearch.ts';
import styles from './Summary.module.css';

interface Props {
  comparison: Comparison;
  search: CompareSearch;
  onChange: (to: Partial<CompareSearch>) => void;
}

export const CHANGE_ICONS: Record<Change, typeof Plus> = { added: Plus, removed: Minus, changed: PencilLine };

export function Summary({ comparison, search, onChange }: Props) {
  const { changes, bookkeepingOnly } = comparison;
  const kinds = Object.entries(Object.groupBy(changes, ({ ref }) => kindInfo(ref.kind).slug));
  return (
    <div className={styles.summary}>
      {CHANGES.map((change) => {
        const Icon = CHANGE_ICONS[change];
        return (
          <button
            key={change}
            type="button"
            className={styles.change}
            data-change={change}
            aria-pressed={search.change === change}
            disabled={comparison[change] === 0}
            onClick={() => onChange({ change: search.change === change ? undefined : change })}
          >
            <Icon size={14} aria-hidden="true" />
            {count(comparison[change])} {change}
          </button>
        );
      })}
      {kinds.length > 1 && (
        <Select
          label="Kind"
          value={search.kind ?? ''}
          options={[
            ['', 'all'],
            ...kinds.map(
              ([slug, of]) =>
                [slug, `${kindOfSlug(slug)?.plural ?? slug} (${count(of?.length ?? 0)})`] as const,
            ),
          ]}
          onChange={(kind) => onChange({ kind: kind || undefined })}
        />
      )}
      {changes.length > 1 && (
        <TextFilter
          label="Filter by text"
          value={search.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
        />
      )}
      {bookkeepingOnly > 0 && (
        <p className={styles.note}>
          {counted(bookkeepingOnly, 'more object differs', 'more objects differ')} only in what the registry
          books: times, intervals, versions.
        </p>
      )}
    </div>
  );
}
