// What this page keeps in its address.

export interface CompareSearch {
  /** The slug of the snapshot to compare with. */
  with?: string | undefined;
}

export function compareSearch(given: Record<string, unknown>): CompareSearch {
  return { with: typeof given.with === 'string' ? given.with : undefined };
}
