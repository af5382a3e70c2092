// STANDS IN for the wasm core until it lands, for development only; deleted then. Invents a registry
// whose number of views is the number in the file's name (`shop-5000.db`), or 64.
import type * as api from './api.ts';
import type { RegistryWorker } from './protocol.ts';

const DAY = 86_400_000;
const TEAMS = ['ranking', 'fraud', 'pricing', 'growth', 'logistics', 'search'];
const NOUNS = ['driver', 'rider', 'order', 'shop', 'courier', 'session', 'item', 'payment', 'zone', 'campaign'];
const TYPES = ['INT64', 'FLOAT', 'DOUBLE', 'STRING', 'BOOL', 'UNIX_TIMESTAMP', 'FLOAT_LIST'];

interface Thing {
  ref: api.Ref;
  description: string;
  owner: string;
  tags: [string, string][];
  updated: number;
  features: string[];
  entities: string[];
  source: string;
  ttl: number | null;
  lastMaterialized: number | null;
  type: string;
}
interface Held {
  summary: api.Summary;
  things: Map<api.CollectionId, Thing[]>;
  lists: Map<number, { collection: api.CollectionId; things: Thing[] }>;
}

const held = new Map<number, Held>();
let next = 1;
const REF_COLLECTION: Record<string, api.CollectionId> = {
  Project: 'projects', Entity: 'entities', DataSource: 'data-sources', FeatureView: 'feature-views',
  StreamFeatureView: 'feature-views', OnDemandFeatureView: 'feature-views', LabelView: 'feature-views',
  Feature: 'features', FeatureService: 'feature-services', SavedDataset: 'saved-datasets',
  ValidationReference: 'validation-references', Permission: 'permissions',
};
const column = (id: string, title: string, type: api.CellType, isDefault = true): api.Column => ({ id, title, type, isDefault, sortable: type !== 'refs' && type !== 'tags' });
const COMMON = [column('owner', 'Owner', 'text'), column('tags', 'Tags', 'tags'), column('updated', 'Updated', 'time'), column('description', 'Description', 'text', false), column('created', 'Created', 'time', false), column('project', 'Project', 'text', false)];
const collections: api.Collection[] = [
  { id: 'projects', title: 'Projects', singular: 'project', kinds: ['Project'], columns: [column('name', 'Name', 'name'), ...COMMON] },
  { id: 'feature-views', title: 'Feature views', singular: 'feature view', kinds: ['FeatureView', 'StreamFeatureView', 'OnDemandFeatureView', 'LabelView'], columns: [column('name', 'Name', 'name'), column('entities', 'Entities', 'refs'), column('features', 'Features', 'number'), column('source', 'Source', 'refs'), column('ttl', 'TTL', 'duration'), column('materialized', 'Last materialized', 'time'), column('online', 'Online', 'flag', false), column('state', 'State', 'state', false), column('kind', 'Kind', 'kind', false), ...COMMON] },
  { id: 'features', title: 'Features', singular: 'feature', kinds: ['Feature'], columns: [column('name', 'Name', 'name'), column('type', 'Type', 'type'), column('view', 'View', 'refs'), ...COMMON] },
  { id: 'data-sources', title: 'Data sources', singular: 'data source', kinds: ['DataSource'], columns: [column('name', 'Name', 'name'), column('type', 'Type', 'type'), ...COMMON] },
  { id: 'entities', title: 'Entities', singular: 'entity', kinds: ['Entity'], columns: [column('name', 'Name', 'name'), column('type', 'Value type', 'type'), ...COMMON] },
  { id: 'feature-services', title: 'Feature services', singular: 'feature service', kinds: ['FeatureService'], columns: [column('name', 'Name', 'name'), column('features', 'Features', 'number'), ...COMMON] },
  { id: 'saved-datasets', title: 'Saved datasets', singular: 'saved dataset', kinds: ['SavedDataset'], columns: [column('name', 'Name', 'name'), ...COMMON] },
  { id: 'validation-references', title: 'Validation references', singular: 'validation reference', kinds: ['ValidationReference'], columns: [column('name', 'Name', 'name'), ...COMMON] },
  { id: 'permissions', title: 'Permissions', singular: 'permission', kinds: ['Permission'], columns: [column('name', 'Name', 'name'), ...COMMON] },
];

function invent(views: number, now: number): Held['things'] {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const things: Held['things'] = new Map(collections.map(({ id }) => [id, []]));
  const add = (kind: api.Thing, name: string, more: Partial<Thing> = {}) => {
    const team = pick(TEAMS);
    const thing: Thing = {
      ref: { kind, project: name.startsWith('ops') ? 'ops' : 'shop', name },
      description: random(5) === 0 ? '' : `${name.replaceAll('_', ' ')}, kept by the ${team} team`,
      owner: random(6) === 0 ? '' : `${team}@example.com`,
      tags: random(4) === 0 ? [] : [['team', team], ['tier', pick(['gold', 'silver', 'bronze'])]],
      updated: now - random(400) * DAY - random(DAY), features: [], entities: [], source: '', ttl: null, lastMaterialized: null, type: '', ...more,
    };
    (things.get(REF_COLLECTION[kind] as api.CollectionId) as Thing[]).push(thing);
    return thing;
  };
  add('Project', 'shop', { description: 'Features of the shop' });
  add('Project', 'ops', { description: '' });
  for (const noun of NOUNS) add('Entity', noun, { type: pick(['INT64', 'STRING']) });
  for (let i = 0; i < Math.ceil(views / 7); i += 1) add('DataSource', `${pick(NOUNS)}_source_${i}`, { type: pick(['BATCH_FILE', 'BATCH_BIGQUERY', 'BATCH_SNOWFLAKE', 'STREAM_KAFKA']) });
  const sources = things.get('data-sources') as Thing[];
  for (let i = 0; i < views; i += 1) {
    const noun = pick(NOUNS);
    const kind = pick(['FeatureView', 'FeatureView', 'FeatureView', 'FeatureView', 'StreamFeatureView', 'OnDemandFeatureView', 'LabelView'] as const);
    const name = i === 3 ? `${noun}_with_an_exceedingly_long_name_that_goes_on_and_on_until_it_is_one_hundred_and_twenty_characters_long_and_then_some_x` : i === 4 ? '配達員_統計_日次' : `${noun}_${pick(['stats', 'daily', 'hourly', 'profile', 'embedding'])}_${i}`;
    const features = Array.from({ length: 3 + random(12) }, (_, f) => `${pick(['count', 'mean', 'max', 'ratio', 'age'])}_${f}`);
    const ttl = random(5) === 0 ? null : 86_400 * (1 + random(30));
    const view = add(kind, name, { features, entities: [noun], source: pick(sources).ref.name, ttl, lastMaterialized: random(6) === 0 ? null : now - random(20 * DAY) });
    for (const feature of features) {
      add('Feature', `${name}:${feature}`, { type: pick(TYPES), source: name, owner: view.owner, updated: view.updated });
    }
  }
  for (let i = 0; i < Math.ceil(views / 5); i += 1) add('FeatureService', `${pick(TEAMS)}_model_v${i}`, { features: ['a', 'b', 'c'] });
  for (let i = 0; i < 3; i += 1) add('SavedDataset', `training_${i}`);
  for (let i = 0; i < 4; i += 1) add('Permission', `${pick(TEAMS)}_${pick(['read', 'write'])}_${i}`);
  return things;
}

function cell(thing: Thing, { id }: api.Column): api.Cell {
  const { project } = thing.ref;
  switch (id) {
    case 'name': return thing.ref.name;
    case 'owner': return thing.owner;
    case 'tags': return thing.tags;
    case 'updated': return thing.updated;
    case 'created': return thing.updated - 30 * DAY;
    case 'description': return thing.description;
    case 'project': return project;
    case 'features': return thing.features.length;
    case 'entities': return thing.entities.map((name) => ({ kind: 'Entity' as const, project, name }));
    case 'source': return [{ kind: 'DataSource', project, name: thing.source }];
    case 'view': return [{ kind: 'FeatureView', project, name: thing.source }];
    case 'ttl': return thing.ttl;
    case 'materialized': return thing.lastMaterialized;
    case 'online': return thing.ttl !== null;
    case 'state': return thing.lastMaterialized ? 'AVAILABLE_ONLINE' : 'CREATED';
    case 'kind': return thing.ref.kind;
    case 'type': return thing.type;
    default: return null;
  }
}

const of = (snapshot: number) => held.get(snapshot) as Held;
const counts = (things: Held['things'], project: string | null) =>
  Object.fromEntries(collections.map(({ id }) => [id, (things.get(id) as Thing[]).filter(({ ref }) => project === null || ref.project === project).length])) as Record<api.CollectionId, number>;
const all = (snapshot: number, project: string | null) => [...of(snapshot).things.values()].flat().filter(({ ref }) => project === null || ref.project === project);
const findings = (snapshot: number, project: string | null): api.Finding[] =>
  all(snapshot, project).filter(({ ref, owner }) => owner === '' && ref.kind !== 'Feature').map(({ ref, owner }, i) => ({ owner, rule: i % 3 ? 'no-owner' : 'unused-source', severity: i % 3 ? 'info' : i % 2 ? 'warning' : 'error', ref, message: 'has no owner', evidence: 'owner is empty', remedy: 'Set `owner=` in its definition.', related: [] }));
const severities = (found: api.Finding[]) => ({ error: found.filter((f) => f.severity === 'error').length, warning: found.filter((f) => f.severity === 'warning').length, info: found.filter((f) => f.severity === 'info').length });
const facets = (things: Thing[], collection: api.CollectionId, field: string, label: (thing: Thing) => string): api.Facet[] => {
  const groups = Object.groupBy(things, label);
  return Object.entries(groups).map(([label, group]) => ({ label, count: group?.length ?? 0, collection, filter: label === '' ? 'unowned' : `${field}:${label}` })).sort((a, b) => b.count - a.count);
};
const notYet = async () => ({ ok: false as const, problem: { code: 'not-found', message: 'the stand-in of the core does not know this yet', hint: 'Wait for the real one.' } });

export const fake: RegistryWorker = {
  collections: async () => collections,
  async open(content, now, progress) {
    const name = content instanceof File ? content.name : 'url' in content ? content.url.split('/').pop() ?? '' : '';
    if (content instanceof Blob && content.size < 16 && content.size > 0) return { ok: false, problem: { code: 'not-a-registry', message: 'it is not a serialized Feast registry', hint: 'give a Feast file registry (`registry.db`) or a file that `registry export` wrote' } };
    for (let read = 0; read <= 10; read += 1) { progress(read * 1e6, 1e7); await new Promise((done) => setTimeout(done, 10)); }
    const things = invent(Number(/\d+/.exec(name)?.[0] ?? 64), now);
    const id = next++;
    const objects = [...things.values()].reduce((sum, list) => sum + list.length, 0);
    held.set(id, { things, lists: new Map(), summary: { bytes: objects * 700, versionId: '5b0c9f3a-7f0e-4c1b-9f53-0d5b7f9b2c11', schemaVersion: '1', lastUpdated: now - 3 * 3_600_000, objects, damaged: 0, notes: [], projects: [] } });
    of(id).summary.projects = ['shop', 'ops'].map((project) => ({ name: project, description: project === 'shop' ? 'Features of the shop' : '', owner: 'ml@example.com', tags: [['tier', 'gold']], created: now - 400 * DAY, lastChange: now - DAY, counts: counts(things, project), stale: project === 'shop' ? 7 : 0}));
    return { ok: true, value: { id, summary: of(id).summary } };
  },
  close: async (snapshot) => void held.delete(snapshot),
  summary: async (snapshot) => of(snapshot).summary,
  async home(snapshot, project) {
    const views = (of(snapshot).things.get('feature-views') as Thing[]).filter(({ ref }) => project === null || ref.project === project);
    return {
      counts: counts(of(snapshot).things, project),
      recent: all(snapshot, project).filter(({ ref }) => ref.kind !== 'Feature').sort((a, b) => b.updated - a.updated).slice(0, 10).map(({ ref, owner, updated }, i) => ({ ref, owner, at: updated, isNew: i % 4 === 0 })),
      staleViews: views.slice(0, 7).map(({ ref, owner, lastMaterialized, ttl }) => ({ ref, owner, lastMaterialized, ttl })),
      owners: facets(views, 'feature-views', 'owner', ({ owner }) => owner),
      tags: facets(views, 'feature-views', 'tag', ({ tags }) => tags.map(([k, v]) => `${k}=${v}`)[1] ?? 'none'),
      sourceTypes: facets(of(snapshot).things.get('data-sources') as Thing[], 'data-sources', 'type', ({ type }) => type),
      viewKinds: facets(views, 'feature-views', 'kind', ({ ref }) => ref.kind),
    };
  },
  async list(snapshot, { collection, project, filter, sort }) {
    const { things, lists } = of(snapshot);
    const whole = (things.get(collection) as Thing[]).filter(({ ref }) => project === null || ref.project === project);
    const words = filter.split(/\s+/).filter(Boolean);
    const texts = (thing: Thing) => `${thing.ref.name} ${thing.owner} ${thing.description} ${thing.tags.map(([k, v]) => `${k}=${v}`).join(' ')} ${thing.ref.kind} ${thing.type} ${thing.entities}`.toLowerCase();
    const found = words.length === 0 ? [...whole] : whole.filter((thing) => words.every((word) => texts(thing).includes((word.split(':')[1] ?? word).toLowerCase())));
    const by = sort && collections.find(({ id }) => id === collection)?.columns.find(({ id }) => id === sort.column);
    if (by) {
      const keyed = found.map((thing) => ({ thing, key: cell(thing, by) ?? 0 }));
      keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (sort?.descending ? -1 : 1));
      found.splice(0, found.length, ...keyed.map(({ thing }) => thing));
    }
    const id = next++;
    lists.set(id, { collection, things: found });
    const terms = words.map((text) => ({ text, field: text.includes(':') ? (text.split(':')[0] as string) : 'text', value: text.split(':')[1] ?? text, negated: text.startsWith('-'), problem: text.startsWith('nonsense:') ? 'there is no field `nonsense`' : null }));
    return { ok: true, value: { id, total: found.length, ofTotal: whole.length, terms } };
  },
  async rows(snapshot, list, offset, limit, columns) {
    const { collection, things } = of(snapshot).lists.get(list) as { collection: api.CollectionId; things: Thing[] };
    const known = collections.find(({ id }) => id === collection)?.columns ?? [];
    const shown = columns.map((id) => known.find((column) => column.id === id));
    return things.slice(offset, offset + limit).map((thing) => ({ ref: thing.ref, damaged: false, cells: shown.map((column) => (column ? cell(thing, column) : null)) }));
  },
  position: async (snapshot, list, ref) => of(snapshot).lists.get(list)?.things.findIndex((thing) => thing.ref.name === ref.name && thing.ref.kind === ref.kind) ?? null,
  closeList: async (snapshot, list) => void held.get(snapshot)?.lists.delete(list),
  exportList: async (snapshot, list) => (of(snapshot).lists.get(list)?.things ?? []).map(({ ref }) => ref.name).join('\n'),
  suggest: async (_snapshot, _request, word) => ['owner:ranking@example.com', 'tag:tier=gold', 'tag:team=fraud', 'entity:driver', 'stale', 'unowned'].filter((text) => text.startsWith(word)).map((text) => ({ text, label: text, count: 12 })),
  async object(snapshot, ref, now) {
    const thing = all(snapshot, ref.project).find((other) => other.ref.name === ref.name && other.ref.kind === ref.kind);
    if (!thing) return notYet();
    const { project } = ref;
    const schema: api.SchemaField[] = thing.features.map((name, i) => ({ name, type: TYPES[i % TYPES.length] as string, role: 'feature', description: i % 2 ? `The ${name}` : '', tags: [], vector: null, ref: { kind: 'Feature', project, name: `${ref.name}:${name}` } }));
    const end = thing.lastMaterialized ?? now - 40 * DAY;
    const intervals = [{ start: end - 30 * DAY, end: end - 12 * DAY }, { start: end - 14 * DAY, end: end - 7 * DAY }, { start: end - 5 * DAY, end }];
    return { ok: true, value: {
      ref, description: thing.description, owner: thing.owner, tags: thing.tags, created: thing.updated - 30 * DAY, lastUpdated: thing.updated, damage: null, bytes: 812,
      facts: [{ label: 'TTL', value: String(thing.ttl ?? 0), kind: 'duration', hint: null }, { label: 'Online', value: 'true', kind: 'flag', hint: null }],
      alive: { lastMaterialized: thing.lastMaterialized, ttl: thing.ttl, lag: (now - end) / 1000, isStale: now - end > (thing.ttl ?? 0) * 1000, consumers: 4, health: { error: 0, warning: 1, info: 2 } },
      schema, entities: thing.entities.map((name) => ({ name, ref: { kind: 'Entity', project, name }, joinKey: `${name}_id`, valueType: 'INT64' })),
      sources: [{ role: 'batch', name: thing.source, type: 'BATCH_FILE', ref: { kind: 'DataSource', project, name: thing.source }, facts: [{ label: 'Path', value: 's3://bucket/path.parquet', kind: 'code', hint: null }], query: null, fields: null }],
      code: ref.kind === 'OnDemandFeatureView' ? [{ title: 'Transformation', language: 'python', text: 'def transform(inputs):\n    return inputs["a"] + 1\n', note: null }] : [],
      aggregations: [], projections: null,
      materialization: { intervals, ttl: thing.ttl, lastEnd: end, gaps: [{ start: end - 7 * DAY, end: end - 5 * DAY }], overlaps: [{ start: end - 14 * DAY, end: end - 12 * DAY }], future: null, online: true, offline: false },
      version: { current: 2, declared: 'latest', count: 3, state: 'AVAILABLE_ONLINE' },
      uses: [{ ref: { kind: 'DataSource', project, name: thing.source }, how: 'batch source', isMissing: false }], usedBy: [{ ref: { kind: 'FeatureService', project, name: 'ranking_model_v0' }, how: 'projection', isMissing: true }],
      permissions: [], policy: null, applies: null, appliesTotal: null, findings: [], snippets: [{ title: 'Python', language: 'python', text: `store.get_online_features(["${ref.name}:a"])` }], userMetadata: null,
    } };
  },
  feature: notYet,
  versions: async () => [],
  versionDiff: notYet,
  definition: async (_snapshot, ref, format) => ({ ok: true, value: format === 'json' ? JSON.stringify(ref, null, 2) : `name: ${ref.name}\n` }),
  lineage: notYet,
  async search(snapshot, query, project, limit) {
    const found = all(snapshot, project).filter(({ ref }) => ref.name.includes(query));
    return { hits: found.slice(0, limit).map(({ ref }) => ({ ref, score: 1, field: 'name', text: ref.name, ranges: [[ref.name.indexOf(query), ref.name.indexOf(query) + query.length]], fuzzy: false })), total: found.length, byKind: [] };
  },
  compare: notYet,
  async health(snapshot, project) {
    const found = findings(snapshot, project);
    return { counts: severities(found), rules: [{ rule: 'no-owner', title: 'Nobody owns it', severity: 'info', count: found.length, why: 'Nobody is told.' }], total: found.length, findings: found };
  },
};
