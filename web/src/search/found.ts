// The hits of several snapshots as one answer.
import type { SearchHit, SearchResult, Thing } from '../registry/api.ts';

export interface FoundHit extends SearchHit {
  /** Names the snapshot in addresses. */
  snapshot: string;
}

export interface Found {
  /** What was asked for. */
  query: string;
  /** Best first. */
  hits: FoundHit[];
  total: number;
  byKind: KindCount[];
  /** Nothing is spelled like what was asked for: these are similar. */
  isFuzzy: boolean;
}

interface KindCount {
  kind: Thing;
  count: number;
}

export interface HitGroup {
  kind: Thing;
  hits: FoundHit[];
  /** How many there are of it, shown or not. */
  total: number;
}

/** Hits that are spelled as asked for in one snapshot outdo what is similar in another. */
export function merge(query: string, results: readonly { snapshot: string; result: SearchResult }[]): Found {
  const isExact = ({ hits }: SearchResult) => hits.some(({ fuzzy }) => !fuzzy);
  const counted = results.some(({ result }) => isExact(result))
    ? results.filter(({ result }) => isExact(result))
    : results;
  const hits = counted
    .flatMap(({ snapshot, result }) => result.hits.map((hit) => ({ ...hit, snapshot })))
    .sort((a, b) => b.score - a.score);
  return {
    query,
    hits,
    total: counted.reduce((sum, { result }) => sum + result.total, 0),
    byKind: summed(counted.flatMap(({ result }) => result.byKind)),
    isFuzzy: hits.length > 0 && hits.every(({ fuzzy }) => fuzzy),
  };
}

function summed(counts: readonly KindCount[]): KindCount[] {
  const sums = new Map<Thing, number>();
  for (const { kind, count } of counts) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums].map(([kind, count]) => ({ kind, count }));
}

/** By kind, the kind of the best hit first; the best hit of all is the first of the first group. */
export function groupsOf({ hits, byKind }: Pick<Found, 'hits' | 'byKind'>, perGroup: number): HitGroup[] {
  const groups = new Map<Thing, HitGroup>();
  for (const hit of hits) {
    const { kind } = hit.ref;
    const group = groups.get(kind) ?? { kind, hits: [], total: 0 };
    groups.set(kind, group);
    if (group.hits.length < perGroup) group.hits.push(hit);
  }
  for (const { kind, count } of byKind) {
    const group = groups.get(kind);
    if (group) group.total = count;
  }
  return [...groups.values()];
}
