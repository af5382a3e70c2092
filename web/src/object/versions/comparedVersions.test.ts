import { expect, test } from 'vitest';
import { comparedVersions, versionBefore } from './comparedVersions.ts';

const versions = [7, 4, 1, 0].map((number) => ({ number }));

test('the last two are compared unless the address says otherwise', () => {
  expect(comparedVersions(versions, undefined, undefined)).toEqual({ from: 4, to: 7 });
  expect(comparedVersions(versions, 0, 4)).toEqual({ from: 0, to: 4 });
  expect(comparedVersions(versions, 7, 1)).toEqual({ from: 7, to: 1 });
  expect(comparedVersions(versions, undefined, 4)).toEqual({ from: 1, to: 4 });
});

test('versions that are not there are not compared', () => {
  expect(comparedVersions(versions, 2, 9)).toEqual({ from: 4, to: 7 });
  expect(comparedVersions([{ number: 0 }], 0, 0)).toBeNull();
  expect(comparedVersions([], undefined, undefined)).toBeNull();
});

test('the first version is set against the one after it', () => {
  expect(versionBefore(versions, 0)).toBe(1);
  expect(versionBefore(versions, 7)).toBe(4);
});
