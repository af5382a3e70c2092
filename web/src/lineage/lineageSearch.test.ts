import { expect, test } from 'vitest';
import { lineageRequest, lineageSearch, writeAround } from './lineageSearch.ts';

test('an address without anything asks for the whole project, folded', () => {
  expect(lineageRequest(lineageSearch({}), 'shop', 5)).toEqual({
    project: 'shop',
    focus: null,
    upstream: 2,
    downstream: 2,
    kinds: null,
    filter: '',
    permission: null,
    groupBy: 'none',
    groupTag: null,
    maxNodes: 150,
    opened: [],
    expanded: [],
    withUnrelated: false,
    now: 5,
  });
});

test('what is in the address is asked for', () => {
  const search = lineageSearch({
    around: 'feature-views/rider/stats',
    up: '0',
    down: '3',
    kinds: 'entities,nonsense,feature-views',
    q: 'tag:tier=gold',
    permission: 'readers',
    group: 'tag:team',
    boxes: '5000',
    unrelated: 'true',
    view: 'list',
    more: 'unknown',
  });
  expect(lineageRequest(search, 'shop', 5)).toMatchObject({
    focus: { kind: 'FeatureView', project: 'shop', name: 'rider/stats' },
    upstream: 0,
    downstream: 3,
    kinds: ['Entity', 'FeatureView'],
    filter: 'tag:tier=gold',
    permission: 'readers',
    groupBy: 'tag',
    groupTag: 'team',
    maxNodes: 5000,
    withUnrelated: true,
  });
  expect(writeAround({ kind: 'FeatureView', name: 'rider/stats' })).toBe(search.around);
});

test('numbers that are none are left out', () => {
  expect(lineageSearch({ up: '-1', down: 'x', boxes: '' })).toMatchObject({ up: undefined, down: undefined });
});
