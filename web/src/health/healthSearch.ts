// What this page keeps in its address.

export interface HealthSearch {
  q?: string | undefined;
}

export function healthSearch(given: Record<string, unknown>): HealthSearch {
  return { q: typeof given.q === 'string' ? given.q : undefined };
}
