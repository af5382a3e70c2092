// What the search page keeps in its address.
import { KINDS } from '../kinds/kinds.ts';
import type { Thing } from '../registry/api.ts';

export interface SearchSearch {
  q?: string | undefined;
  /** Hits of one kind only. */
  kind?: Thing | undefined;
  /** Where to search; absent: in all that is open. */
  scope?: 'project' | undefined;
}

export function searchSearch(given: Record<string, unknown>): SearchSearch {
  return {
    q: typeof given.q === 'string' ? given.q : undefined,
    kind: KINDS.find(({ kind }) => kind === given.kind)?.kind,
    scope: given.scope === 'project' ? 'project' : undefined,
  };
}
