import { describe, expect, test } from 'vitest';
import type { Alive } from '../registry/api.ts';
import { healthOf, verdictOf } from './alive.ts';

const HOUR = 3600;
const alive = (given: Partial<Alive>): Alive => ({
  lastMaterialized: 0,
  ttl: 24 * HOUR,
  lag: HOUR,
  isStale: false,
  consumers: 0,
  health: { error: 0, warning: 0, info: 0 },
  ...given,
});

describe('verdictOf', () => {
  test('a gap within the TTL is good', () => {
    expect(verdictOf(alive({ lag: 6 * HOUR }))).toEqual({
      tone: 'good',
      text: '6 h',
      measure: 'TTL 1 d',
      share: 0.25,
    });
  });

  test('a gap longer than the TTL says by how much', () => {
    expect(verdictOf(alive({ lag: 30 * HOUR, isStale: true }))).toEqual({
      tone: 'error',
      text: '1 d 6 h',
      measure: '6 h over its TTL 1 d',
      share: 1,
    });
  });

  test('without a TTL nothing is measured', () => {
    for (const ttl of [null, 0])
      expect(verdictOf(alive({ ttl }))).toMatchObject({
        tone: 'plain',
        measure: 'no TTL to keep to',
        share: null,
      });
  });

  test('never materialized is an error only where it should have been', () => {
    expect(verdictOf(alive({ lag: null }))).toMatchObject({ tone: 'plain' });
    expect(verdictOf(alive({ lag: null, isStale: true }))).toMatchObject({ tone: 'error' });
  });

  test('materialized into the future is no freshness', () => {
    expect(verdictOf(alive({ lag: -2 * HOUR }))).toMatchObject({
      tone: 'error',
      text: '2 h ahead',
      share: 0,
    });
  });
});

test('healthOf counts what there is and takes the tone of the worst', () => {
  expect(healthOf({ error: 0, warning: 0, info: 0 })).toEqual({ tone: 'good', text: 'nothing found' });
  expect(healthOf({ error: 1, warning: 0, info: 2 })).toEqual({ tone: 'error', text: '1 error, 2 hints' });
  expect(healthOf({ error: 0, warning: 1, info: 0 }).tone).toBe('warning');
});
