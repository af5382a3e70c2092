import { describe, expect, test } from 'vitest';
import { age, bytes, counted, duration } from './format.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;

describe('format', () => {
  test('an age is told in the largest unit that fits', () => {
    expect(age(NOW - 20_000, NOW)).toBe('just now');
    expect(age(NOW - 90_000, NOW)).toBe('1 min ago');
    expect(age(NOW - 47 * HOUR, NOW)).toBe('1 d ago');
    expect(age(NOW - 100 * 24 * HOUR, NOW)).toBe('3 months ago');
    expect(age(NOW - 900 * 24 * HOUR, NOW)).toBe('2 years ago');
    expect(age(NOW + 3 * HOUR, NOW)).toBe('in 3 h');
  });

  test('a duration has at most two neighbouring units', () => {
    expect(duration(0)).toBe('0 s');
    expect(duration(86_400)).toBe('1 d');
    expect(duration(129_600)).toBe('1 d 12 h');
    expect(duration(86_405)).toBe('1 d');
    expect(duration(-90)).toBe('−1 min 30 s');
  });

  test('sizes and counts', () => {
    expect(bytes(999)).toBe('999 B');
    expect(bytes(70_400_000)).toBe('70.4 MB');
    expect(bytes(200_000_000)).toBe('200 MB');
    expect(counted(1, 'entity', 'entities')).toBe('1 entity');
    expect(counted(1234, 'entity', 'entities')).toBe('1,234 entities');
  });
});
