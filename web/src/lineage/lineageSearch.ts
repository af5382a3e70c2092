// What the lineage page keeps in its address: all of what is shown.
import { kindInfo, kindOfSlug } from '../kinds/kinds.ts';
import { writtenList } from '../parts/addressList.ts';
import type { LineageRequest, Ref, Thing } from '../registry/api.ts';

export interface LineageSearch {
  /** The thing in the middle: `<kind>/<name>`; none: the whole project. */
  around?: string | undefined;
  /** Steps towards what it is made of, and towards what is made of it. */
  up?: number | undefined;
  down?: number | undefined;
  /** The kinds that are shown, with commas between; none: all. */
  kinds?: string | undefined;
  /** The filter sentence. */
  q?: string | undefined;
  /** Only what this permission applies to. */
  permission?: string | undefined;
  /** `kind`, `owner`, or `tag:<key>`. */
  group?: string | undefined;
  /** How many boxes are drawn at most before they are folded. */
  boxes?: number | undefined;
  /** The stacks that are open, and the views whose features are shown. */
  open?: string | undefined;
  features?: string | undefined;
  /** With what has no relations. */
  unrelated?: boolean | undefined;
  /** The box that is selected. */
  at?: string | undefined;
  view?: 'list' | undefined;
}

export const STEPS = 2;
export const BOXES = 150;

export function lineageSearch(given: Record<string, unknown>): LineageSearch {
  const text = (name: keyof LineageSearch) =>
    typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined;
  const number = (name: keyof LineageSearch) => {
    const value = given[name] === undefined ? Number.NaN : Number(given[name]);
    return Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  return {
    around: text('around'),
    up: number('up'),
    down: number('down'),
    kinds: text('kinds'),
    q: text('q'),
    permission: text('permission'),
    group: text('group'),
    boxes: number('boxes'),
    open: text('open'),
    features: text('features'),
    unrelated: String(given.unrelated) === 'true' || undefined,
    at: text('at'),
    view: given.view === 'list' ? 'list' : undefined,
  };
}

/** The question to the core that the address stands for. */
export function lineageRequest(search: LineageSearch, project: string, now: number): LineageRequest {
  const group = search.group ?? 'none';
  const kinds = writtenList(search.kinds).flatMap((slug) => kindOfSlug(slug)?.kind ?? []);
  return {
    project,
    focus: search.around === undefined ? null : readAround(search.around, project),
    upstream: search.up ?? STEPS,
    downstream: search.down ?? STEPS,
    kinds: kinds.length > 0 ? kinds : null,
    filter: search.q ?? '',
    permission: search.permission ?? null,
    groupBy: group.startsWith('tag:') ? 'tag' : group === 'kind' || group === 'owner' ? group : 'none',
    groupTag: group.startsWith('tag:') ? group.slice('tag:'.length) : null,
    maxNodes: search.boxes ?? BOXES,
    opened: writtenList(search.open),
    expanded: writtenList(search.features),
    withUnrelated: search.unrelated ?? false,
    now,
  };
}

export function writeAround({ kind, name }: { kind: Thing; name: string }): string {
  return `${kindInfo(kind).slug}/${name}`;
}

export function readAround(text: string, project: string): Ref | null {
  const cut = text.indexOf('/');
  const info = kindOfSlug(text.slice(0, cut));
  return info && { kind: info.kind, project, name: text.slice(cut + 1) };
}
