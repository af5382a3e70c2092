// Searches the open snapshots as one types. The last answer stays until the next is there.
import { keepPreviousData, usePrefetchQuery, useQueries, useQuery } from '@tanstack/react-query';
import type { SnapshotId } from '../registry/api.ts';
import { answers, question } from '../registry/useAnswer.ts';
import { type Found, merge } from './found.ts';

export interface Searched {
  slug: string;
  id: SnapshotId;
}

export interface Finding {
  found: Found | null;
  /** `found` is about what was asked before. */
  isOld: boolean;
  error: Error | null;
}

/** Lets the core get ready to search before the first key is pressed: that takes longer than a search. */
export function useReadySearch(snapshots: readonly Searched[]): void {
  useQueries({ queries: snapshots.map(({ id }) => question(id, 'search', '', null, 0)) });
}

/** In all projects, or in one. An empty query finds nothing. */
export function useFound(
  query: string,
  snapshots: readonly Searched[],
  project: string | null,
  limit: number,
): Finding {
  const text = query.trim();
  const ask = {
    queryKey: ['search', snapshots.map(({ id }) => id), text, project, limit],
    queryFn: async () =>
      merge(
        text,
        await Promise.all(
          snapshots.map(async ({ slug, id }) => ({
            snapshot: slug,
            result: await answers.fetchQuery(question(id, 'search', text, project, limit)),
          })),
        ),
      ),
    enabled: text !== '',
  };
  // Asked before what is shown already is drawn again.
  usePrefetchQuery(ask);
  const asked = useQuery({ ...ask, placeholderData: keepPreviousData });
  if (text === '') return { found: null, isOld: false, error: null };
  return { found: asked.data ?? null, isOld: asked.isPlaceholderData || asked.isPending, error: asked.error };
}
