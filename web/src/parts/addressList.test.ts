import { expect, test } from 'vitest';
import { toggled, writeList, writtenList } from './addressList.ts';

test('names with commas and percent signs survive the address', () => {
  const names = ['FeatureView.1/a,b', '100%', '%2C'];
  expect(writtenList(writeList(names))).toEqual(names);
  expect(writeList([])).toBeUndefined();
  expect(writtenList(undefined)).toEqual([]);
});

test('a name is put in or taken out', () => {
  expect(toggled(toggled(undefined, 'a,b'), 'c')).toBe('a%2Cb,c');
  expect(toggled('a%2Cb,c', 'a,b')).toBe('c');
  expect(toggled('c', 'c')).toBeUndefined();
});
