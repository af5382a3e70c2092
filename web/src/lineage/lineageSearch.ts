// What this page keeps in its address.

export interface LineageSearch {
  q?: string | undefined;
}

export function lineageSearch(given: Record<string, unknown>): LineageSearch {
  return { q: typeof given.q === 'string' ? given.q : undefined };
}
