// All that a search finds, best first, in all open snapshots or in one project; of all kinds or of one.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useProject } from '../addresses.ts';
import { Page } from '../frame/Page.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import { count, counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';
import type { Found } from './found.ts';
import { HitList } from './HitList.tsx';
import { SearchField } from './SearchField.tsx';
import styles from './SearchPage.module.css';
import type { SearchSearch } from './searchSearch.ts';
import { useFound } from './useFound.ts';

/** The best are asked for, more than one reads; all of one kind may stand far behind them. */
const BEST = 5000;
const ALL = 100_000;

export function SearchPage() {
  const { q = '', kind, scope } = useSearch({ from: '/$snapshot/$project/search' });
  const navigate = useNavigate();
  const shown = useSnapshot();
  const project = useProject();
  const all = useSnapshots().filter((one): one is OpenSnapshot => one.state === 'open');
  const isNarrow = scope === 'project' && project !== null;
  const searched = isNarrow ? [shown] : all;
  const finding = useFound(q, searched, isNarrow ? project : null, kind ? ALL : BEST);
  const change = (change: SearchSearch) =>
    void navigate({ to: '.', search: (was) => ({ ...was, ...change }), replace: true });
  return (
    <Page title="Search" isFull>
      <div className={styles.tools}>
        <SearchField className={styles.field}>
          <input
            type="search"
            value={q}
            aria-label="Search for"
            placeholder="Names, descriptions, tags, owners, features, sources"
            onChange={({ target }) => change({ q: target.value, kind: undefined })}
          />
        </SearchField>
        {project !== null && (
          <label className={styles.scope}>
            <input
              type="checkbox"
              checked={isNarrow}
              onChange={({ target }) => change({ scope: target.checked ? 'project' : undefined })}
            />
            only in {project}
          </label>
        )}
      </div>
      {finding.error && <Message title={`The search failed: ${finding.error.message}`} tone="error" />}
      {q.trim() === '' && (
        <Message title="Nothing is searched for">
          Type a word or two of what you look for. All of them have to be found, in a name, a description, a
          tag, an owner, a feature or a source.
        </Message>
      )}
      {finding.isOld && !finding.found && <Skeleton lines={8} />}
      {finding.found && (
        <Hits
          of={finding.found}
          kind={kind}
          onKind={(kind) => change({ kind })}
          snapshots={searched}
          query={q}
        />
      )}
    </Page>
  );
}

interface HitsProps {
  of: Found;
  query: string;
  kind: SearchSearch['kind'];
  onKind: (kind: SearchSearch['kind']) => void;
  snapshots: readonly OpenSnapshot[];
}

function Hits({ of: found, query, kind, onKind, snapshots }: HitsProps) {
  if (found.hits.length === 0)
    return (
      <Message title={`Nothing is like “${query.trim()}”`}>
        Fewer or shorter words find more. A search in all open snapshots finds what is elsewhere.
      </Message>
    );
  const hits = kind ? found.hits.filter(({ ref }) => ref.kind === kind) : found.hits;
  const total = kind ? (found.byKind.find((one) => one.kind === kind)?.count ?? 0) : found.total;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this */}
      <div className={styles.kinds} role="group" aria-label="Kinds">
        <KindButton label="All" total={found.total} isPressed={!kind} onClick={() => onKind(undefined)} />
        {found.byKind.map(({ kind: one, count }) => (
          <KindButton
            key={one}
            label={kindInfo(one).plural}
            total={count}
            isPressed={one === kind}
            onClick={() => onKind(one)}
          />
        ))}
      </div>
      <p className={styles.summary} role="status">
        {found.isFuzzy ? 'Nothing is spelled like that; similar: ' : ''}
        {counted(total, 'hit')}
        {hits.length < total && `, the best ${count(hits.length)} of which are shown`}
      </p>
      <HitList
        hits={hits}
        withSnapshot={snapshots.length > 1}
        withProject={snapshots.some(({ summary }) => summary.projects.length > 1)}
      />
    </>
  );
}

interface KindButtonProps {
  label: string;
  total: number;
  isPressed: boolean;
  onClick: () => void;
}

function KindButton({ label, total, isPressed, onClick }: KindButtonProps) {
  return (
    <button type="button" aria-pressed={isPressed} onClick={onClick}>
      {label} <span>{count(total)}</span>
    </button>
  );
}
