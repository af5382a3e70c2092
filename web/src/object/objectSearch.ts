// What this page keeps in its address.

export interface ObjectSearch {
  q?: string | undefined;
}

export function objectSearch(given: Record<string, unknown>): ObjectSearch {
  return { q: typeof given.q === 'string' ? given.q : undefined };
}
