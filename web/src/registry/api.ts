// The registry as the viewer sees it: what the worker answers. Each shape is that of a struct of core's `catalog`, in
// JSON; wasm/pkg is tested against them in core.test.ts.
//
// Times are UTC epoch milliseconds, durations seconds. What is absent is null, never undefined. `now` is given by the
// page, always.

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };
/** What went wrong, for a person: what happened, and what to do. `code` is stable: 'empty' | 'sqlite' | 'not-a-registry'
 *  | 'foreign' | 'truncated' | 'not-found' | 'bad-filter' | 'damaged' | 'too-large' | 'unreadable' ... */
export interface Problem { code: string; message: string; hint: string | null }

/** Names of core's kind table (`KindInfo::name`). */
export type Kind = 'Project' | 'Entity' | 'DataSource' | 'FeatureView' | 'StreamFeatureView' | 'OnDemandFeatureView'
  | 'LabelView' | 'FeatureService' | 'SavedDataset' | 'ValidationReference' | 'Permission' | 'Infra';
/** What has a page: an object, or a feature (a column of a view; `name` is `view:feature`). */
export type Thing = Kind | 'Feature';
export interface Ref { kind: Thing; project: string; name: string }

/** What has a list. `feature-views` holds all four kinds of view. Order is that of the navigation. */
export type CollectionId = 'projects' | 'feature-views' | 'features' | 'data-sources' | 'entities' | 'feature-services'
  | 'saved-datasets' | 'validation-references' | 'permissions';
export interface Collection { id: CollectionId; title: string; singular: string; kinds: Thing[]; columns: Column[] }
export type CellType = 'name' | 'text' | 'number' | 'time' | 'duration' | 'tags' | 'refs' | 'list' | 'flag' | 'state' | 'kind' | 'type';
export interface Column { id: string; title: string; type: CellType; isDefault: boolean; sortable: boolean }
/** One value, by the column's type: text/name/state/type -> string; number/time/duration -> number; tags -> [key, value][];
 *  refs -> Ref[]; list -> string[]; flag -> boolean. */
export type Cell = string | number | boolean | [string, string][] | Ref[] | string[] | null;

// ---- a snapshot --------------------------------------------------------------------------------------------------

export interface Summary {
  bytes: number; versionId: string; schemaVersion: string; lastUpdated: number | null;
  objects: number; damaged: number;
  /** What this build does not know or could not keep, as sentences. */
  notes: string[];
  projects: ProjectSummary[];
}
export interface ProjectSummary {
  name: string; description: string; owner: string; tags: [string, string][];
  created: number | null; lastChange: number | null;
  counts: Record<CollectionId, number>;
  /** Views with materialization whose last interval ended longer ago than their TTL (or never materialized although online). */
  stale: number;
}
export interface Home {
  counts: Record<CollectionId, number>;
  /** Last changed first. */
  recent: { ref: Ref; owner: string; at: number; isNew: boolean }[];
  staleViews: { ref: Ref; owner: string; lastMaterialized: number | null; ttl: number | null }[];
  owners: Facet[]; tags: Facet[]; sourceTypes: Facet[]; viewKinds: Facet[];
}
/** `filter` is the filter text that lists exactly these, in `collection`. */
export interface Facet { label: string; count: number; collection: CollectionId; filter: string }
export interface SeverityCounts { error: number; warning: number; info: number }

// ---- lists -------------------------------------------------------------------------------------------------------

export interface ListRequest {
  collection: CollectionId;
  /** null: all projects. */
  project: string | null;
  /** The filter sentence, see filter syntax below. */
  filter: string;
  sort: { column: string; descending: boolean } | null;
  now: number;
}
/**
 * Filter syntax, evaluated in core: words separated by blanks, all must hold; `-word` negates; "quoted text".
 *   plain text          name, description, owner, tag, or feature contains it (case-insensitive)
 *   name:x description:x owner:x            contains; `name:=x` exactly
 *   tag:key  tag:key=value                  has the tag
 *   entity:x  source:x  view:x  service:x   uses / belongs to
 *   kind:FeatureView  type:INT64|BATCH_FILE|...  state:AVAILABLE_ONLINE  project:x
 *   updated>2026-01-01  updated<7d  created>...   (absolute ISO or age: m h d w)
 *   stale  online  offline  disabled  undocumented  unowned  unused  damaged  materialized
 *   action:READ_ONLINE (permissions)
 */
export interface List {
  /** Handle for `rows` and `exportList`; freed with `closeList`. */
  id: number; total: number; ofTotal: number;
  terms: { text: string; field: string; value: string; negated: boolean; problem: string | null }[];
}
export interface Row { ref: Ref; damaged: boolean; cells: Cell[] }
export interface Suggestion { text: string; label: string; count: number | null }

// ---- an object ---------------------------------------------------------------------------------------------------

export interface ObjectPage {
  ref: Ref; description: string; owner: string; tags: [string, string][];
  created: number | null; lastUpdated: number | null;
  /** Undecodable: only ref, sizes and this are meaningful; `hex` is a hex dump of the first 512 bytes. */
  damage: { message: string; hex: string } | null;
  bytes: number;
  /** Label and value in the order to show: TTL, online, offline, mode, value type, join key, conflict policy, ... */
  facts: Fact[];
  alive: Alive | null;
  schema: SchemaField[] | null;       // views: features and entity columns; services: projected features; entities: null
  entities: EntityUse[] | null;       // views
  sources: SourcePart[] | null;       // views: batch, stream, on-demand inputs; a data source: itself
  code: CodePart[];                   // UDFs, transformations
  aggregations: Aggregation[];
  projections: Projection[] | null;   // services; on-demand views
  materialization: Materialization | null;
  version: { current: number | null; declared: string; count: number; state: string } | null;
  /** The first 500 of each. */
  uses: Use[]; usesTotal: number; usedBy: Use[]; usedByTotal: number;
  permissions: PermissionUse[];       // those that apply to it
  policy: Policy | null;              // of a permission itself
  applies: { ref: Ref; }[] | null;    // a permission: what it matches (first 500), with appliesTotal
  appliesTotal: number | null;
  findings: Finding[];
  /** Python retrieval call, curl to the feature server, CLI; where they apply. */
  snippets: { title: string; language: string; text: string }[];
  userMetadata: { bytes: number; text: string | null } | null;
}
export interface Fact { label: string; value: string; kind: 'text' | 'code' | 'flag' | 'duration' | 'time' | 'url'; hint: string | null }
export interface Alive { lastMaterialized: number | null; ttl: number | null; lag: number | null; isStale: boolean; consumers: number; health: SeverityCounts }
export interface SchemaField { name: string; type: string; role: 'feature' | 'entity' | 'label'; description: string; tags: [string, string][];
  vector: { isIndexed: boolean; length: number | null; metric: string } | null; ref: Ref | null }
export interface EntityUse { name: string; ref: Ref | null; joinKey: string; valueType: string }
export interface SourcePart { role: 'batch' | 'stream' | 'request' | 'view' | 'source'; name: string; type: string; ref: Ref | null; facts: Fact[];
  query: string | null; fields: SchemaField[] | null }
export interface CodePart { title: string; language: 'python' | 'sql' | 'text'; text: string; note: string | null }
export interface Aggregation { column: string; function: string; window: number | null; slide: number | null; name: string }
export interface Projection { view: Ref | null; name: string; alias: string; version: string; features: { name: string; type: string; ref: Ref | null; isMissing: boolean }[]; joinKeyMap: [string, string][] }
export interface Use { ref: Ref; how: string; isMissing: boolean }
export interface PermissionUse { ref: Ref; actions: string[]; who: string[]; why: string }
export interface Policy { kind: string; roles: string[]; groups: string[]; namespaces: string[]; actions: string[]; types: string[]; namePatterns: string[]; requiredTags: [string, string][] }
export interface Materialization {
  intervals: { start: number; end: number }[];     // as stored, oldest first
  ttl: number | null; lastEnd: number | null;
  gaps: { start: number; end: number }[]; overlaps: { start: number; end: number }[];
  /** Reaches beyond `now`: incremental materialization starts from it and skips until then. */
  future: { start: number; end: number; breaks: string; remedy: string } | null;
  online: boolean; offline: boolean;
}
export interface FeaturePage { ref: Ref; view: Ref; type: string; description: string; tags: [string, string][]; vector: SchemaField['vector'];
  owner: string; usedBy: Use[]; alsoNamed: Ref[]; snippets: ObjectPage['snippets']; findings: Finding[] }

export interface VersionInfo { number: number; kind: Kind; created: number; versionId: string; description: string; isCurrent: boolean; damaged: boolean }
/** `before`/`after` null: absent. */
export interface FieldChange { path: string; before: string | null; after: string | null }
export interface SchemaChange { name: string; change: 'added' | 'removed' | 'retyped' | 'edited'; before: string | null; after: string | null }
export interface VersionDiff { from: number; to: number; schema: SchemaChange[]; fields: FieldChange[]; code: { title: string; language: string; before: string; after: string }[] }

// ---- lineage -----------------------------------------------------------------------------------------------------

export interface LineageRequest {
  project: string;
  /** Around one thing, `upstream`/`downstream` steps; null: the whole project. */
  focus: Ref | null; upstream: number; downstream: number;
  kinds: Thing[] | null; filter: string;
  /** Only what this permission applies to. */
  permission: string | null; groupBy: 'none' | 'kind' | 'tag' | 'owner'; groupTag: string | null;
  /** Fold fans so that at most about this many boxes are drawn; ids of groups that are opened. */
  maxNodes: number; opened: string[];
  /** Features of these views as nodes. */
  expanded: string[]; withUnrelated: boolean; now: number;
}
export interface Graph { nodes: GraphNode[]; edges: GraphEdge[]; totalNodes: number; totalEdges: number; folded: number }
export interface GraphNode {
  id: string; label: string;
  /** null ref: a folded group of `count` things. */
  ref: Ref | null; kind: Thing; count: number; layer: number;
  isMissing: boolean; isStale: boolean; hasMoreUpstream: boolean; hasMoreDownstream: boolean; owner: string; tags: [string, string][];
  parent: string | null;
}
export interface GraphEdge { from: string; to: string; how: string; count: number }

// ---- search, compare, health -------------------------------------------------------------------------------------

export interface SearchHit { ref: Ref; score: number; /** Where it matched: */ field: 'name' | 'description' | 'tag' | 'owner' | 'feature' | 'source' | 'entity'; text: string; ranges: [number, number][]; fuzzy: boolean }
export interface SearchResult { hits: SearchHit[]; total: number; byKind: { kind: Thing; count: number }[] }

export interface Comparison { added: number; removed: number; changed: number; bookkeepingOnly: number; projects: string[]; changes: ObjectChange[]; /** Changes beyond the first thousands, that are only counted. */ omitted: number; markdown: string }
export interface ObjectChange { ref: Ref; change: 'added' | 'removed' | 'changed'; fields: FieldChange[]; schema: SchemaChange[] }

export type Severity = 'error' | 'warning' | 'info';
export interface Finding { rule: string; severity: Severity; ref: Ref; owner: string; message: string; evidence: string; remedy: string; related: Ref[] }
export interface Health { counts: SeverityCounts; rules: { rule: string; title: string; severity: Severity; count: number; why: string }[]; total: number; findings: Finding[] }

// ---- the worker's API: what the page calls -----------------------------------------------------------------------

export type SnapshotId = number;
export interface Registry {
  collections(): Promise<Collection[]>;
  /** Streams the bytes into wasm memory; `progress` with bytes read so far. */
  open(name: string, source: Blob | ReadableStream<Uint8Array> | ArrayBuffer, size: number | null, now: number, progress?: (read: number) => void): Promise<Result<{ id: SnapshotId; summary: Summary }>>;
  close(snapshot: SnapshotId): Promise<void>;
  summary(snapshot: SnapshotId, now: number): Promise<Summary>;
  home(snapshot: SnapshotId, project: string | null, now: number): Promise<Home>;
  list(snapshot: SnapshotId, request: ListRequest): Promise<Result<List>>;
  rows(snapshot: SnapshotId, list: number, offset: number, limit: number, columns: string[]): Promise<Row[]>;
  /** Position of a thing in a list, or null: for `[` `]` neighbours and scrolling to it. */
  position(snapshot: SnapshotId, list: number, ref: Ref): Promise<number | null>;
  closeList(snapshot: SnapshotId, list: number): Promise<void>;
  exportList(snapshot: SnapshotId, list: number, format: 'csv' | 'json', columns: string[]): Promise<string>;
  suggest(snapshot: SnapshotId, request: ListRequest, word: string): Promise<Suggestion[]>;
  object(snapshot: SnapshotId, ref: Ref, now: number): Promise<Result<ObjectPage>>;
  feature(snapshot: SnapshotId, ref: Ref, now: number): Promise<Result<FeaturePage>>;
  versions(snapshot: SnapshotId, ref: Ref): Promise<VersionInfo[]>;
  versionDiff(snapshot: SnapshotId, ref: Ref, from: number, to: number): Promise<Result<VersionDiff>>;
  definition(snapshot: SnapshotId, ref: Ref, format: 'python' | 'json' | 'yaml', version: number | null): Promise<Result<string>>;
  lineage(snapshot: SnapshotId, request: LineageRequest): Promise<Result<Graph>>;
  search(snapshot: SnapshotId, query: string, project: string | null, limit: number): Promise<SearchResult>;
  compare(before: SnapshotId, after: SnapshotId, project: string | null): Promise<Result<Comparison>>;
  /** With the first `limit` findings; or, without a limit, with the first hundreds of each rule. */
  health(snapshot: SnapshotId, project: string | null, now: number, limit: number | null): Promise<Health>;
}
