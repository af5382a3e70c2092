// What this page keeps in its address.

export interface SearchSearch {
  q?: string | undefined;
}

export function searchSearch(given: Record<string, unknown>): SearchSearch {
  return { q: typeof given.q === 'string' ? given.q : undefined };
}
