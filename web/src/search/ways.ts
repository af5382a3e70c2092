// Where the palette leads before anything is typed: what the navigation has.
import type { LinkProps } from '@tanstack/react-router';
import { Activity, GitCompareArrows, House, type LucideIcon, Waypoints } from 'lucide-react';
import type { addresses } from '../addresses.ts';
import { SHORTCUTS } from '../frame/shortcuts.ts';
import { COLLECTIONS, kindInfo } from '../kinds/kinds.ts';
import type { Thing } from '../registry/api.ts';

export interface Way {
  id: string;
  label: string;
  icon: LucideIcon;
  kind: Thing | null;
  address: LinkProps;
  /** The keys that lead there as well. */
  keys: string;
}

export function waysOf(at: ReturnType<typeof addresses>): Way[] {
  const way = (id: string, label: string, icon: LucideIcon, kind: Thing | null, address: LinkProps): Way => ({
    id,
    label,
    icon,
    kind,
    address,
    keys: SHORTCUTS.find((shortcut) => shortcut.id === `go-${id}`)?.keys[0] ?? '',
  });
  return [
    way('home', 'Home', House, null, at.home()),
    ...COLLECTIONS.map(({ id, title, kind }) => way(id, title, kindInfo(kind).icon, kind, at.list(id))),
    way('lineage', 'Lineage', Waypoints, null, at.lineage()),
    way('health', 'Health', Activity, null, at.health()),
    way('compare', 'Compare', GitCompareArrows, null, at.compare()),
  ];
}
