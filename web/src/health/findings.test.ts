import { expect, test } from 'vitest';
import type { Finding, Health } from '../registry/api.ts';
import { filteredFindings, healthEntries, valuesOf } from './filteredFindings.ts';
import { findingsCsv, findingsJson } from './findingsFile.ts';
import { healthSearch } from './healthSearch.ts';

const finding = (rule: string, name: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  severity: 'info',
  ref: { kind: 'FeatureView', project: 'shop', name },
  owner: 'ann@example.com',
  message: 'has no description',
  evidence: '',
  remedy: 'Set `description=`.',
  related: [],
  ...more,
});
const findings = [
  finding('no-owner', 'rides', { owner: '' }),
  finding('no-description', 'drives'),
  finding('no-description', 'walks', { ref: { kind: 'Entity', project: 'shop', name: 'walks' } }),
  finding('missing', 'swims', { severity: 'error', evidence: 'refers to `Rides`' }),
];
const names = (found: Finding[]) => found.map(({ ref }) => ref.name);

test('the filter of the address leaves what has all of it', () => {
  const left = (search: Record<string, unknown>) => names(filteredFindings(findings, healthSearch(search)));
  expect(left({})).toEqual(['rides', 'drives', 'walks', 'swims']);
  expect(left({ severity: 'error' })).toEqual(['swims']);
  expect(left({ severity: 'nonsense' })).toHaveLength(4);
  expect(left({ rule: 'no-description', kind: 'entities' })).toEqual(['walks']);
  expect(left({ owner: '-' })).toEqual(['rides']);
  expect(left({ q: 'RIDES' })).toEqual(['rides', 'swims']);
});

test('what could be chosen is counted without the choice itself', () => {
  const search = healthSearch({ kind: 'entities', owner: 'ann@example.com' });
  expect(valuesOf(findings, search, 'kind')).toEqual([
    ['feature-views', 2],
    ['entities', 1],
  ]);
});

test('findings stand below their rules, in the order of the rules', () => {
  const rule = (rule: string) => ({ rule, title: rule, severity: 'info' as const, count: 1, why: '' });
  const health: Health = {
    counts: { error: 1, warning: 0, info: 3 },
    rules: [rule('missing'), rule('no-owner'), rule('no-description')],
    total: 4,
    findings,
  };
  const said = healthEntries(health, findings.slice(0, 3)).map((entry) =>
    entry.is === 'rule' ? `${entry.rule.rule} ${entry.shown}` : entry.finding.ref.name,
  );
  expect(said).toEqual(['no-owner 1', 'rides', 'no-description 2', 'drives', 'walks']);
});

test('a spreadsheet gets every cell as text', () => {
  const csv = findingsCsv([
    finding('r', '=cmd()', { message: 'says "no", twice', evidence: 'a\nb', owner: '' }),
  ]);
  expect(csv.split('\r\n')).toEqual([
    'severity,rule,kind,project,name,owner,message,evidence,remedy',
    `info,r,FeatureView,shop,'=cmd(),,"says ""no"", twice","a\nb",Set \`description=\`.`,
    '',
  ]);
  expect(JSON.parse(findingsJson(findings))).toEqual(findings);
});
