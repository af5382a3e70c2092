// The place of a thing in the list that one came from, and who stands before and after it there.
import { skipToken, useQuery } from '@tanstack/react-query';
import { kindInfo } from '../kinds/kinds.ts';
import { listQuestion } from '../list/listQuestion.ts';
import type { ListRequest, Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { question } from '../registry/useAnswer.ts';
import { useObjectSearch } from './useObjectSearch.ts';

export interface Neighbours {
  /** From 0. */
  position: number;
  total: number;
  before: Ref | null;
  after: Ref | null;
}

/** null: not known (yet), or the list does not have it. */
export function useNeighbours(ref: Ref): Neighbours | null {
  const { id, now } = useSnapshot();
  const [{ q = '', sort, all }] = useObjectSearch();
  const { collection } = kindInfo(ref.kind);
  const request: ListRequest | null = collection && {
    collection,
    project: all ? null : ref.project,
    filter: q,
    sort: sort ? { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : null,
    now,
  };
  const list = useQuery(after(request, (request) => listQuestion(id, request))).data;
  const position = useQuery(after(list, (list) => question(id, 'position', list.id, ref))).data;
  const from = Math.max((position ?? 0) - 1, 0);
  const around = useQuery(
    after(position === null ? null : list, (list) => question(id, 'rows', list.id, from, 3, [])),
  ).data;
  if (!list || position === undefined || position === null || !around) return null;
  return {
    position,
    total: list.total,
    before: position > 0 ? (around[0]?.ref ?? null) : null,
    after: around[position - from + 1]?.ref ?? null,
  };
}

/** A question that is asked when what it needs is there. */
function after<T, Q extends { queryKey: unknown[]; queryFn: () => Promise<unknown> }>(
  needed: T | null | undefined,
  ask: (needed: T) => Q,
): Q | { queryKey: unknown[]; queryFn: typeof skipToken } {
  return needed ? ask(needed) : { queryKey: ['not yet'], queryFn: skipToken };
}
