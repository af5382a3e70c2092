// What this page keeps in its address. The snapshot of the address is the later one.

export interface CompareSearch {
  /** The slug of the snapshot to compare with: what was before. */
  with?: string | undefined;
  /** Only these changes. */
  change?: Change | undefined;
  /** Only things of this kind, as in the address of its pages. */
  kind?: string | undefined;
  /** Only what has this text in its name or in a field. */
  q?: string | undefined;
  /** The changes that are open, as a list; `-` for none, where some are open by themselves. */
  open?: string | undefined;
}

export type Change = (typeof CHANGES)[number];
export const CHANGES = ['added', 'removed', 'changed'] as const;

export function compareSearch(given: Record<string, unknown>): CompareSearch {
  const text = (name: keyof CompareSearch) =>
    typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined;
  return {
    with: text('with'),
    change: CHANGES.find((change) => change === given.change),
    kind: text('kind'),
    q: text('q'),
    open: text('open'),
  };
}
