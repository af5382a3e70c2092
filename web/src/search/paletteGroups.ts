// What the palette lists: hits by kind and the ways to all of them, or where one can go before anything is typed.
import type { LinkProps } from '@tanstack/react-router';
import { type Addresses, addresses } from '../addresses.ts';
import { kindInfo } from '../kinds/kinds.ts';
import type { Thing } from '../registry/api.ts';
import { type Found, type FoundHit, groupsOf } from './found.ts';
import { type Way, waysOf } from './ways.ts';

const PER_GROUP = 6;

export interface PaletteGroup {
  title: string;
  total: number | null;
  items: PaletteEntry[];
}

export type PaletteEntry = { key: string; address: LinkProps } & (
  | { what: 'hit'; hit: FoundHit; places: Places }
  | { what: 'way'; way: Way }
  | { what: 'all'; kind: Thing | null; total: number }
);

/** What tells hits apart, where there are several of it. */
interface Places {
  withSnapshot: boolean;
  withProject: boolean;
}

export function wayGroups(at: Addresses): PaletteGroup[] {
  const items = waysOf(at).map(
    (way): PaletteEntry => ({ what: 'way', key: way.id, way, address: way.address }),
  );
  return [{ title: 'Go to', total: null, items }];
}

export function hitGroups(found: Found, at: Addresses, places: Places): PaletteGroup[] {
  if (found.hits.length === 0) return [];
  const groups = groupsOf(found, PER_GROUP).map(
    ({ kind, hits, total }): PaletteGroup => ({
      title: kindInfo(kind).plural,
      total,
      items: hits.map((hit) => ({
        what: 'hit',
        key: `${hit.snapshot} ${hit.ref.kind} ${hit.ref.project} ${hit.ref.name}`,
        hit,
        places,
        address: addresses(hit.snapshot, hit.ref.project).thing(hit.ref),
      })),
    }),
  );
  const isShown = new Set(found.hits.map(({ ref }) => ref.kind));
  const rest = found.byKind.filter(({ kind }) => !isShown.has(kind));
  const all = [{ kind: null, count: found.total }, ...rest].map(({ kind, count }): PaletteEntry => {
    const address = at.search(found.query);
    return {
      what: 'all',
      key: `all ${kind}`,
      kind,
      total: count,
      address: { ...address, search: { ...address.search, kind: kind ?? undefined } },
    };
  });
  return [...groups, { title: '', total: null, items: all }];
}
