// A list and its rows, from the worker in pages. What is in view is asked for; the rest is not here.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { List, ListRequest, Problem, Row } from '../registry/api.ts';
import { defect } from '../registry/client.ts';
import { ProblemError } from '../registry/ProblemError.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { answers, question } from '../registry/useAnswer.ts';

const PAGE = 100;

export interface ListAnswer {
  list: List | undefined;
  problem: Problem | null;
  /** It answers an earlier request still. */
  isStale: boolean;
}

export function useList(request: ListRequest, columns: readonly string[]): ListAnswer {
  const { id } = useSnapshot();
  const ask = question(id, 'list', request);
  const query = useQuery({
    ...ask,
    // With its first rows, so that the previous list stays in view until there is something to see.
    queryFn: async () => {
      const list = await ask.queryFn();
      await answers.prefetchQuery(page(id, list, 0, columns));
      return list;
    },
    placeholderData: (previous) => previous,
  });
  const { error } = query;
  return {
    list: query.data,
    problem: error && (error instanceof ProblemError ? error.problem : defect(error)),
    isStale: query.isPlaceholderData,
  };
}

/** The rows by their place, undefined until they are here. Asks for the pages from `first` to `last`. */
export function useRows(
  list: List,
  columns: readonly string[],
  first: number,
  last: number,
): (index: number) => Row | undefined {
  const { id } = useSnapshot();
  const firstPage = Math.floor(first / PAGE);
  const count = list.total === 0 ? 0 : Math.floor(last / PAGE) - firstPage + 1;
  const pages = useQueries({
    queries: Array.from({ length: count }, (_, index) => page(id, list, firstPage + index, columns)),
    combine: useCallback((results: { data: Row[] | undefined }[]) => results.map(({ data }) => data), []),
  });
  return (index) => pages[Math.floor(index / PAGE) - firstPage]?.[index % PAGE];
}

function page(snapshot: number, list: List, number: number, columns: readonly string[]) {
  return question(snapshot, 'rows', list.id, number * PAGE, PAGE, [...columns]);
}
