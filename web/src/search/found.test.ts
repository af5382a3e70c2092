import { describe, expect, test } from 'vitest';
import type { SearchHit, SearchResult, Thing } from '../registry/api.ts';
import { groupsOf, merge } from './found.ts';

const hit = (kind: Thing, name: string, score: number, fuzzy = false): SearchHit => ({
  ref: { kind, project: 'shop', name },
  score,
  field: 'name',
  text: name,
  ranges: [],
  fuzzy,
});
/** `more` hits are not among those that are given. */
const result = (hits: SearchHit[], byKind: SearchResult['byKind'] = [], more = 0): SearchResult => ({
  hits,
  total: hits.length + more,
  byKind,
});

describe('merge', () => {
  test('the best hit of all snapshots is first, and says where it is', () => {
    const found = merge('driver', [
      { snapshot: 'staging', result: result([hit('Entity', 'driver', 5)], [{ kind: 'Entity', count: 1 }]) },
      {
        snapshot: 'production',
        result: result([hit('Entity', 'driver', 9)], [{ kind: 'Entity', count: 3 }], 2),
      },
    ]);
    expect(found.hits.map(({ snapshot }) => snapshot)).toEqual(['production', 'staging']);
    expect(found.total).toBe(4);
    expect(found.byKind).toEqual([{ kind: 'Entity', count: 4 }]);
    expect(found.isFuzzy).toBe(false);
  });

  test('what is only similar is left out where something is spelled as asked for', () => {
    const similar = { snapshot: 'a', result: result([hit('Entity', 'diver', 99, true)]) };
    const exact = { snapshot: 'b', result: result([hit('Entity', 'driver', 1)]) };
    expect(merge('driver', [similar, exact]).hits.map(({ ref }) => ref.name)).toEqual(['driver']);
    expect(merge('driver', [similar, exact]).total).toBe(1);
    expect(merge('driver', [similar]).isFuzzy).toBe(true);
    expect(merge('driver', []).isFuzzy).toBe(false);
  });
});

describe('groupsOf', () => {
  test('the group of the best hit comes first, each with its best', () => {
    const found = merge('driver', [
      {
        snapshot: 'a',
        result: result(
          [
            hit('Feature', 'v:trips', 9),
            hit('FeatureView', 'trips', 8),
            hit('Feature', 'w:trips', 7),
            hit('Feature', 'x:trips', 6),
          ],
          [
            { kind: 'Feature', count: 40 },
            { kind: 'FeatureView', count: 1 },
          ],
          37,
        ),
      },
    ]);
    const groups = groupsOf(found, 2);
    expect(groups.map(({ kind, hits, total }) => [kind, hits.map(({ ref }) => ref.name), total])).toEqual([
      ['Feature', ['v:trips', 'w:trips'], 40],
      ['FeatureView', ['trips'], 1],
    ]);
  });
});
