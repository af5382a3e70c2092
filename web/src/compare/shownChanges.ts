// Which changes are shown, below the names of their kinds, and which of them are open.
import { kindInfo } from '../kinds/kinds.ts';
import { writeList, writtenList } from '../parts/addressList.ts';
import type { Comparison, ObjectChange, Thing } from '../registry/api.ts';
import type { CompareSearch } from './compareSearch.ts';

export type CompareEntry =
  | { is: 'kind'; kind: Thing; shown: number }
  | { is: 'change'; change: ObjectChange; id: string };

/** Of a comparison as small as this, everything is open at once. */
const FEW = 6;

export function changeId({ ref }: ObjectChange): string {
  return `${kindInfo(ref.kind).slug}/${ref.project}/${ref.name}`;
}

export function shownChanges(comparison: Comparison, search: CompareSearch): ObjectChange[] {
  const text = search.q?.toLowerCase();
  return comparison.changes.filter(
    (change) =>
      (search.change === undefined || change.change === search.change) &&
      (search.kind === undefined || kindInfo(change.ref.kind).slug === search.kind) &&
      (text === undefined || hasText(change, text)),
  );
}

function hasText({ ref, fields, schema }: ObjectChange, text: string): boolean {
  const parts = [ref.name, ...fields.map(({ path }) => path), ...schema.map(({ name }) => name)];
  return parts.some((part) => part.toLowerCase().includes(text));
}

/** Changes come kind by kind. */
export function compareEntries(changes: readonly ObjectChange[]): CompareEntry[] {
  const entries: CompareEntry[] = [];
  let heading = null as Extract<CompareEntry, { is: 'kind' }> | null;
  for (const change of changes) {
    if (heading?.kind !== change.ref.kind) {
      heading = { is: 'kind', kind: change.ref.kind, shown: 0 };
      entries.push(heading);
    }
    heading.shown += 1;
    entries.push({ is: 'change', change, id: changeId(change) });
  }
  return entries;
}

/** Whether there is anything to open. */
export function hasDetails({ fields, schema }: ObjectChange): boolean {
  return fields.length + schema.length > 0;
}

export function openChanges({ changes }: Comparison, open: string | undefined): Set<string> {
  if (open === '-') return new Set();
  if (open !== undefined) return new Set(writtenList(open));
  return new Set(changes.length <= FEW ? changes.filter(hasDetails).map(changeId) : []);
}

/** What stands in the address once `id` is opened or folded. */
export function withToggled(open: Set<string>, id: string): string {
  const ids = open.has(id) ? [...open].filter((other) => other !== id) : [...open, id];
  return writeList(ids) ?? '-';
}

/** Changes of columns are told as such, and not again as fields. */
export function otherFields({ fields, schema }: ObjectChange): ObjectChange['fields'] {
  if (schema.length === 0) return fields;
  return fields.filter(({ path }) => !/^spec\.(features|entityColumns)\[/.test(path));
}

/** What is different, in a line: `+rating −age type of id, spec.ttl`. */
export function inShort(change: ObjectChange): string {
  const signs = { added: '+', removed: '−', retyped: 'type of ', edited: '' };
  const columns = change.schema.map(({ name, change }) => `${signs[change]}${name}`);
  return [...columns, ...otherFields(change).map(({ path }) => path.replace(/^spec\./, ''))].join(', ');
}
