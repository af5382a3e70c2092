import { expect, test } from 'vitest';
import { filterWord, withoutWord, withWord, wordAt } from './filterText.ts';

test('a value with blanks or quotes is quoted', () => {
  expect(filterWord('owner', 'ann@example.com')).toBe('owner:ann@example.com');
  expect(filterWord('tag', 'team=search and ads')).toBe('tag:"team=search and ads"');
  expect(filterWord('tag', 'a "b"')).toBe('tag:"a \\"b\\""');
});

test('words are put in once and taken out whole', () => {
  expect(withWord('stale', 'online')).toBe('stale online');
  expect(withWord('stale online', 'online')).toBe('stale online');
  expect(withoutWord('a stale b', 'stale')).toBe('a b');
  expect(withoutWord('stale-ish stale', 'stale')).toBe('stale-ish');
});

test('the word at the cursor, quotes and blanks within them included', () => {
  expect(wordAt('stale own', 9)).toEqual({ text: 'own', start: 6, end: 9 });
  expect(wordAt('stale own', 2)).toEqual({ text: 'stale', start: 0, end: 5 });
  expect(wordAt('stale ', 6)).toEqual({ text: '', start: 6, end: 6 });
  expect(wordAt('tag:"a b" x', 7)).toEqual({ text: 'tag:"a b"', start: 0, end: 9 });
  expect(wordAt('', 0)).toEqual({ text: '', start: 0, end: 0 });
});
