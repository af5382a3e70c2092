// The filter, what it leaves, and the tools for it.
import { lazy, Suspense } from 'react';
import { useProject } from '../addresses.ts';
import { count } from '../parts/format.ts';
import { ProblemMessage } from '../parts/ProblemMessage.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Collection, List, ListRequest } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { EmptyList } from './EmptyList.tsx';
import { FilterTerms } from './FilterTerms.tsx';
import styles from './ListContent.module.css';
import { parseSort } from './listSearch.ts';
import { Peek } from './Peek.tsx';
import { Table } from './Table.tsx';
import { useColumns } from './useColumns.ts';
import { useList } from './useList.ts';
import { useListSearch } from './useListSearch.ts';

// Loaded beside the rows: nobody waits for tools to see a list.
const ListTools = lazy(() => import('./ListTools.tsx').then((file) => ({ default: file.ListTools })));

export function ListContent({ collection }: { collection: Collection }) {
  const { now } = useSnapshot();
  const project = useProject();
  const [{ q = '', sort, peek }] = useListSearch();
  const choice = useColumns(collection);
  const columns = choice.shown.map(({ id }) => id);
  const request: ListRequest = { collection: collection.id, project, filter: q, sort: parseSort(sort), now };
  const { list, problem, isStale } = useList(request, columns);
  return (
    <div className={styles.content}>
      <div className={styles.tools}>
        <Suspense fallback={<span aria-busy="true" />}>
          <ListTools collection={collection} choice={choice} request={request} list={list} />
        </Suspense>
      </div>
      <div className={styles.line}>
        <Amount list={list} title={collection.title} />
        {list && <FilterTerms terms={list.terms} />}
      </div>
      {problem && <ProblemMessage problem={problem} />}
      {!list && !problem && <Skeleton lines={12} />}
      <div className={styles.split}>
        {list?.total === 0 && <EmptyList list={list} collection={collection} />}
        {list && list.total > 0 && (
          <Table
            key={collection.id}
            list={list}
            columns={choice.shown}
            title={collection.title}
            isStale={isStale}
          />
        )}
        {peek && <Peek address={peek} />}
      </div>
    </div>
  );
}

function Amount({ list, title }: { list: List | undefined; title: string }) {
  const what = title.toLowerCase();
  const words = !list
    ? 'Counting …'
    : list.total === list.ofTotal
      ? `${count(list.total)} ${what}`
      : `${count(list.total)} of ${count(list.ofTotal)} ${what}`;
  return (
    <p role="status" className={styles.amount}>
      {words}
    </p>
  );
}
