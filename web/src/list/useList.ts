// A list and its rows, from the worker in pages. What is in view is asked for; the rest is not here.
import { usePrefetchQuery, useQueries, useQuery } from '@tanstack/react-query';
import type { ListRequest, Problem, Row } from '../registry/api.ts';
import { registry } from '../registry/client.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { answers, problemOf, question, unwrap } from '../registry/useAnswer.ts';
import { type ListOf, listQuestion } from './listQuestion.ts';

/** More than most windows show. */
const PAGE = 50;

export interface ListAnswer {
  list: ListOf | undefined;
  problem: Problem | null;
  /** It answers an earlier request still. */
  isStale: boolean;
}

export function useList(request: ListRequest, columns: readonly string[]): ListAnswer {
  const { id } = useSnapshot();
  const ask = listQuestion(id, request);
  // With its first rows, so that the previous list stays in view until there is something to see.
  const queryFn = async (): Promise<ListOf> => {
    const { list, rows } = unwrap(await registry.listWithRows(id, request, PAGE, columns));
    const listOf = { ...list, snapshot: id };
    answers.setQueryData(page(listOf, 0, columns).queryKey, rows);
    return listOf;
  };
  usePrefetchQuery({ ...ask, queryFn });
  const query = useQuery({
    ...ask,
    queryFn,
    placeholderData: (previous: ListOf | undefined) => previous,
  });
  const { error } = query;
  return {
    list: query.data,
    problem: error && problemOf(error),
    isStale: query.isPlaceholderData,
  };
}

/** The rows by their place, undefined until they are here. Asks for the pages that `places` are on. */
export function useRows(
  list: ListOf,
  columns: readonly string[],
  places: readonly number[],
): (place: number) => Row | undefined {
  const pages = [...new Set(places.map((place) => Math.floor(place / PAGE)))];
  const rows = useQueries({
    queries: pages.map((number) => page(list, number, columns)),
    combine: dataOf,
  });
  return (place) => rows[pages.indexOf(Math.floor(place / PAGE))]?.[place % PAGE];
}

const dataOf = (results: { data: Row[] | undefined }[]) => results.map(({ data }) => data);

function page({ snapshot, id }: ListOf, number: number, columns: readonly string[]) {
  return question(snapshot, 'rows', id, number * PAGE, PAGE, [...columns]);
}
