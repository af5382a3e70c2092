// The registry core as WebAssembly: what it answers has the shapes that api.ts says, and whatever it is given, it
// answers. A panic in it would end the tab's worker, and shows here as an exception.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv, { type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { beforeAll, describe, expect, test } from 'vitest';
import { collections, initSync, Loader, Snapshot } from '../../../wasm/pkg/feast_registry.js';
import type {
  Collection,
  LineageRequest,
  List,
  ListRequest,
  Ref,
  Result,
  Row,
  Summary,
  VersionInfo,
} from './api.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Written by Feast, with something of everything and some of what goes wrong. */
const EXAMPLE = readFileSync(file('../../public/example.db'));
const NOW = Date.UTC(2026, 0, 15);

beforeAll(() => {
  initSync({ module: readFileSync(file('../../../wasm/pkg/feast_registry_bg.wasm')) });
});

function open(bytes: Uint8Array): Snapshot | { code: string; message: string; hint: string | null } {
  const loader = new Loader(bytes.length);
  loader.append(bytes);
  return loader.open();
}

function example(): Snapshot {
  const opened = open(EXAMPLE);
  if (!(opened instanceof Snapshot)) throw new Error(opened.message);
  return opened;
}

const listOf = (collection: Collection['id'], filter = ''): ListRequest => ({
  collection,
  project: null,
  filter,
  sort: null,
  now: NOW,
});

const around = (focus: Ref | null, project: string): LineageRequest => ({
  project,
  focus,
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
  withUnrelated: true,
  now: NOW,
});

/** Told of each answer: the type that it is to have. */
type Answered = (type: string, answer: unknown) => void;

/** Asks everything there is to ask of a snapshot. */
function askEverything(snapshot: Snapshot, answered: Answered): void {
  const summary: Summary = snapshot.summary(NOW);
  answered('Summary', summary);
  const names = summary.projects.map(({ name }) => name);
  for (const project of [null, ...names]) {
    answered('Home', snapshot.home(project, NOW));
    answered('Health', snapshot.health(project, NOW, null));
    answered('SearchResult', snapshot.search('driver', project, 20));
  }
  for (const name of names) told('Graph', snapshot.lineage(around(null, name)), answered);
  answered('Comparison', snapshot.compare(snapshot, null));
  const all: Collection[] = collections();
  answered('Collection[]', all);
  for (const collection of all) askList(snapshot, collection, answered);
}

function askList(snapshot: Snapshot, { id, columns }: Collection, answered: Answered): void {
  const list = told<List>('List', snapshot.list(listOf(id)), answered);
  if (!list) return;
  const shown = columns.map((column) => column.id);
  const rows: Row[] = snapshot.rows(list.id, 0, 100, shown);
  answered('Row[]', rows);
  for (const format of ['csv', 'json']) answered('string', snapshot.exportList(list.id, format, shown));
  answered('Suggestion[]', snapshot.suggest(listOf(id), 'tag:'));
  for (const [place, { ref }] of rows.entries()) {
    expect(snapshot.position(list.id, ref)).toBe(place);
    if (ref.kind === 'Feature') told('FeaturePage', snapshot.feature(ref, NOW), answered);
    else askObject(snapshot, ref, answered);
  }
  snapshot.closeList(list.id);
}

function askObject(snapshot: Snapshot, ref: Ref, answered: Answered): void {
  told('ObjectPage', snapshot.object(ref, NOW), answered);
  told('Graph', snapshot.lineage(around(ref, ref.project)), answered);
  for (const format of ['python', 'json', 'yaml']) {
    told('string', snapshot.definition(ref, format, null), answered);
  }
  const versions: VersionInfo[] = snapshot.versions(ref);
  answered('VersionInfo[]', versions);
  for (const { number } of versions) {
    told('VersionDiff', snapshot.versionDiff(ref, number, 0), answered);
  }
}

function told<T>(type: string, result: Result<T>, answered: Answered): T | null {
  if (result.ok) answered(type, result.value);
  else answered('Problem', result.problem);
  return result.ok ? result.value : null;
}

describe('what is answered', () => {
  const types = new Map<string, ValidateFunction>();
  beforeAll(() => {
    const generator = createGenerator({
      path: file('./api.ts'),
      tsconfig: file('../../tsconfig.json'),
      type: '*',
      additionalProperties: false,
      skipTypeCheck: true,
    });
    const ajv = new Ajv({ allowUnionTypes: true });
    ajv.addSchema(generator.createSchema('*'), 'api');
    types.set('string', ajv.compile({ type: 'string' }));
    const named = ['Summary', 'Home', 'Health', 'SearchResult', 'Graph', 'Comparison', 'List', 'FeaturePage'];
    for (const name of [...named, 'ObjectPage', 'VersionDiff', 'Problem']) {
      types.set(name, ajv.compile({ $ref: `api#/definitions/${name}` }));
    }
    for (const name of ['Collection', 'Row', 'Suggestion', 'VersionInfo']) {
      types.set(`${name}[]`, ajv.compile({ type: 'array', items: { $ref: `api#/definitions/${name}` } }));
    }
  });

  test('has the shape of its type', { timeout: 60_000 }, () => {
    const met = new Set<string>();
    askEverything(example(), (name, answer) => {
      const validate = types.get(name);
      if (!validate) throw new Error(`no type ${name}`);
      const isValid = validate(answer);
      expect(isValid ? [] : validate.errors, `${name} ${JSON.stringify(answer)?.slice(0, 300)}`).toEqual([]);
      met.add(name);
    });
    // Nothing in the example is a problem, and every other type was met.
    expect([...types.keys()].filter((name) => !met.has(name))).toEqual(['Problem']);
  });
});

describe('bytes that are no registry', () => {
  test.each([
    ['nothing', new Uint8Array(), 'empty'],
    ['a database of SQLite', Buffer.from('SQLite format 3\0and so on'), 'sqlite'],
    ['the beginning of a registry', EXAMPLE.subarray(0, EXAMPLE.length - 7), 'truncated'],
    ['text', Buffer.from('project: rides\nprovider: local\n'), 'not-a-registry'],
  ])('%s', (_name, bytes, code) => {
    expect(open(bytes)).toMatchObject({ code, message: expect.stringMatching(/\w/) });
  });

  test('damaged ones are a problem, or are shown with what is damaged', { timeout: 120_000 }, () => {
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let shown = 0;
    for (let round = 0; round < 25; round++) {
      const bytes = Uint8Array.from(EXAMPLE);
      for (let flips = 1 + random(8); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      const opened = open(bytes);
      if (!(opened instanceof Snapshot)) continue;
      shown++;
      askEverything(opened, () => undefined);
      opened.free();
    }
    expect(shown).toBeGreaterThan(5);
  });
});

describe('questions that nobody should ask', () => {
  const nothing: Ref = { kind: 'Entity', project: 'nowhere', name: 'nothing' };

  test('are answered with a problem', () => {
    const snapshot = example();
    expect(snapshot.list({ collection: 'recipes' })).toMatchObject({
      ok: false,
      problem: { code: 'bad-request' },
    });
    expect(snapshot.object(nothing, NOW)).toMatchObject({ ok: false, problem: { code: 'not-found' } });
    expect(snapshot.object(undefined, NOW)).toMatchObject({ ok: false, problem: { code: 'bad-request' } });
    expect(snapshot.definition(nothing, 'python', 3)).toMatchObject({ ok: false });
    expect(snapshot.lineage(around(nothing, 'nowhere'))).toMatchObject({ ok: false });
  });

  test('or with nothing', () => {
    const snapshot = example();
    expect(snapshot.rows(4711, 0, 10, ['name'])).toEqual([]);
    expect(snapshot.exportList(4711, 'csv', ['name'])).toBe('');
    expect(snapshot.versions(nothing)).toEqual([]);
    expect(snapshot.search('driver', 'nowhere', 10)).toMatchObject({ total: 0, hits: [] });
    expect(snapshot.health('nowhere', NOW, null)).toMatchObject({ total: 0 });
    const list = snapshot.list(listOf('entities')).value as List;
    expect(snapshot.rows(list.id, 4_000_000_000, 4_000_000_000, ['no such column'])).toEqual([]);
  });
});
