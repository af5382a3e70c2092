// Counts of a project, or of all together.

import { COLLECTIONS } from '../kinds/kinds.ts';
import type { CollectionId, Summary } from './api.ts';

export interface Totals {
  counts: Record<CollectionId, number>;
  stale: number;
}

export function totals(summary: Summary, project: string | null): Totals {
  const counted = summary.projects.filter(({ name }) => project === null || name === project);
  const sum = (of: (project: (typeof counted)[number]) => number) =>
    counted.reduce((total, each) => total + of(each), 0);
  const counts = COLLECTIONS.map(({ id }) => [
    id,
    id === 'projects' ? counted.length : sum(({ counts }) => counts[id] ?? 0),
  ]);
  return {
    counts: Object.fromEntries(counts) as Record<CollectionId, number>,
    stale: sum(({ stale }) => stale),
  };
}
