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
    const found = merge([
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

  test('where all hits are here, the kinds are counted among them', () => {
    const views = [hit('FeatureView', 'a', 2), hit('FeatureView', 'b', 1)];
    const found = merge([{ snapshot: 'a', result: result(views, [{ kind: 'Feature', count: 2 }]) }]);
    expect(found.byKind).toEqual([{ kind: 'FeatureView', count: 2 }]);
  });

  test('what is only similar is left out where something is spelled as asked for', () => {
    const similar = { snapshot: 'a', result: result([hit('Entity', 'diver', 99, true)]) };
    const exact = { snapshot: 'b', result: result([hit('Entity', 'driver', 1)]) };
    expect(merge([similar, exact]).hits.map(({ ref }) => ref.name)).toEqual(['driver']);
    expect(merge([similar, exact]).total).toBe(1);
    expect(merge([similar]).isFuzzy).toBe(true);
    expect(merge([]).isFuzzy).toBe(false);
  });
});

describe('groupsOf', () => {
  test('the group of the best hit comes first, each with its best', () => {
    const found = merge([
      {
        snapshot: 'a',
        result: result(
          [
            hit('Feature', 'v:trips', 9),
            hit('FeatureView', 'trips', 8),
            hit('Feature', 'w:trips', 7),
            hit('Feature', 'x:trips', 6),
          ],
          [{ kind: 'Feature', count: 40 }],
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
