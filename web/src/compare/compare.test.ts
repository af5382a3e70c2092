import { expect, test } from 'vitest';
import type { Comparison, ObjectChange, Thing } from '../registry/api.ts';
import { compareSearch } from './compareSearch.ts';
import {
  compareEntries,
  inShort,
  openChanges,
  otherFields,
  shownChanges,
  withToggled,
} from './shownChanges.ts';

const change = (kind: Thing, name: string, more: Partial<ObjectChange> = {}): ObjectChange => ({
  ref: { kind, project: 'shop', name },
  change: 'added',
  fields: [],
  schema: [],
  ...more,
});
const ttl = { path: 'spec.ttl', before: '60s', after: '120s' };
const rating = { path: 'spec.features[rating].valueType', before: null, after: 'INT64' };
const changes = [
  change('Entity', 'driver'),
  change('FeatureView', 'stats', {
    change: 'changed',
    fields: [ttl, rating],
    schema: [
      { name: 'rating', change: 'added', before: null, after: 'Int64' },
      { name: 'age', change: 'removed', before: 'Int32', after: null },
      { name: 'id', change: 'retyped', before: 'Int32', after: 'Int64' },
    ],
  }),
  change('FeatureView', 'old_stats', { change: 'removed' }),
];
const comparison = { changes } as Comparison;
const names = (search: Record<string, unknown>) =>
  shownChanges(comparison, compareSearch(search)).map(({ ref }) => ref.name);

test('the filter of the address leaves what has all of it', () => {
  expect(names({})).toEqual(['driver', 'stats', 'old_stats']);
  expect(names({ change: 'removed' })).toEqual(['old_stats']);
  expect(names({ change: 'nonsense' })).toHaveLength(3);
  expect(names({ kind: 'feature-views', q: 'STATS' })).toEqual(['stats', 'old_stats']);
  expect(names({ q: 'rating' })).toEqual(['stats']);
});

test('changes stand below their kind', () => {
  const said = compareEntries(changes).map((entry) =>
    entry.is === 'kind' ? `${entry.kind} ${entry.shown}` : entry.change.ref.name,
  );
  expect(said).toEqual(['Entity 1', 'driver', 'FeatureView 2', 'stats', 'old_stats']);
});

test('a small comparison is open at once, and what the address says holds', () => {
  expect([...openChanges(comparison, undefined)]).toEqual(['feature-views/shop/stats']);
  const many = {
    changes: Array.from({ length: 40 }, (_, i) => ({
      ...changes[1],
      ref: { ...changes[1]?.ref, name: `${i}` },
    })),
  };
  expect(openChanges(many as Comparison, undefined).size).toBe(0);
  const folded = withToggled(openChanges(comparison, undefined), 'feature-views/shop/stats');
  expect(openChanges(comparison, folded).size).toBe(0);
  const opened = withToggled(openChanges(comparison, folded), 'feature-views/shop/a,b');
  expect([...openChanges(comparison, opened)]).toEqual(['feature-views/shop/a,b']);
});

test('columns are told once', () => {
  const stats = changes[1] as ObjectChange;
  expect(otherFields(stats)).toEqual([ttl]);
  expect(otherFields({ ...stats, schema: [] })).toEqual([ttl, rating]);
  expect(inShort(stats)).toBe('+rating, −age, type of id, ttl');
});
