// What there is in a registry, as the viewer shows it: one line per kind with its names, icon, and the
// list it belongs to. Its hue is in kinds.css. Everything that tells kinds apart reads these tables.
import {
  Archive,
  Box,
  Boxes,
  CheckCheck,
  Columns3,
  Database,
  FolderClosed,
  Key,
  type LucideIcon,
  Radio,
  Server,
  ShieldCheck,
  Sigma,
  Table2,
  Tag,
} from 'lucide-react';
import type { CollectionId, Ref, Thing } from '../registry/api.ts';

export interface KindInfo {
  kind: Thing;
  singular: string;
  plural: string;
  /** In addresses: `feature-views`. */
  slug: string;
  icon: LucideIcon;
  /** The list that has it; infra has none. */
  collection: CollectionId | null;
}

export const KINDS: readonly KindInfo[] = [
  {
    kind: 'Project',
    singular: 'project',
    plural: 'projects',
    slug: 'projects',
    icon: FolderClosed,
    collection: 'projects',
  },
  {
    kind: 'Entity',
    singular: 'entity',
    plural: 'entities',
    slug: 'entities',
    icon: Key,
    collection: 'entities',
  },
  {
    kind: 'DataSource',
    singular: 'data source',
    plural: 'data sources',
    slug: 'data-sources',
    icon: Database,
    collection: 'data-sources',
  },
  {
    kind: 'FeatureView',
    singular: 'feature view',
    plural: 'feature views',
    slug: 'feature-views',
    icon: Table2,
    collection: 'feature-views',
  },
  {
    kind: 'StreamFeatureView',
    singular: 'stream feature view',
    plural: 'stream feature views',
    slug: 'stream-feature-views',
    icon: Radio,
    collection: 'feature-views',
  },
  {
    kind: 'OnDemandFeatureView',
    singular: 'on-demand feature view',
    plural: 'on-demand feature views',
    slug: 'on-demand-feature-views',
    icon: Sigma,
    collection: 'feature-views',
  },
  {
    kind: 'LabelView',
    singular: 'label view',
    plural: 'label views',
    slug: 'label-views',
    icon: Tag,
    collection: 'feature-views',
  },
  {
    kind: 'Feature',
    singular: 'feature',
    plural: 'features',
    slug: 'features',
    icon: Columns3,
    collection: 'features',
  },
  {
    kind: 'FeatureService',
    singular: 'feature service',
    plural: 'feature services',
    slug: 'feature-services',
    icon: Server,
    collection: 'feature-services',
  },
  {
    kind: 'SavedDataset',
    singular: 'saved dataset',
    plural: 'saved datasets',
    slug: 'saved-datasets',
    icon: Archive,
    collection: 'saved-datasets',
  },
  {
    kind: 'ValidationReference',
    singular: 'validation reference',
    plural: 'validation references',
    slug: 'validation-references',
    icon: CheckCheck,
    collection: 'validation-references',
  },
  {
    kind: 'Permission',
    singular: 'permission',
    plural: 'permissions',
    slug: 'permissions',
    icon: ShieldCheck,
    collection: 'permissions',
  },
  {
    kind: 'Infra',
    singular: 'infrastructure',
    plural: 'infrastructure',
    slug: 'infra',
    icon: Boxes,
    collection: null,
  },
];

export interface CollectionInfo {
  id: CollectionId;
  title: string;
  /** The kind that lends the list its icon and hue. */
  kind: Thing;
  /** Pressed after `g`. */
  letter: string;
}

/** The lists, in the order of the navigation. */
export const COLLECTIONS: readonly CollectionInfo[] = [
  { id: 'projects', title: 'Projects', kind: 'Project', letter: 'p' },
  { id: 'feature-views', title: 'Feature views', kind: 'FeatureView', letter: 'v' },
  { id: 'features', title: 'Features', kind: 'Feature', letter: 'f' },
  { id: 'data-sources', title: 'Data sources', kind: 'DataSource', letter: 'd' },
  { id: 'entities', title: 'Entities', kind: 'Entity', letter: 'e' },
  { id: 'feature-services', title: 'Feature services', kind: 'FeatureService', letter: 's' },
  { id: 'saved-datasets', title: 'Saved datasets', kind: 'SavedDataset', letter: 't' },
  { id: 'validation-references', title: 'Validation references', kind: 'ValidationReference', letter: 'r' },
  { id: 'permissions', title: 'Permissions', kind: 'Permission', letter: 'a' },
];

const byKind = new Map(KINDS.map((info) => [info.kind, info]));
const bySlug = new Map(KINDS.map((info) => [info.slug, info]));
const byCollection = new Map(COLLECTIONS.map((info) => [info.id as string, info]));

/** A kind that a newer core knows and this table does not is shown by its name alone. */
export function kindInfo(kind: Thing): KindInfo {
  return byKind.get(kind) ?? { kind, singular: kind, plural: kind, slug: kind, icon: Box, collection: null };
}

export function kindOfSlug(slug: string): KindInfo | null {
  return bySlug.get(slug) ?? null;
}

export function collectionInfo(id: string): CollectionInfo | null {
  return byCollection.get(id) ?? null;
}

/** The name of a thing within its page: a feature's without that of its view. */
export function shortName(ref: Ref): string {
  return ref.kind === 'Feature' ? ref.name.slice(ref.name.indexOf(':') + 1) : ref.name;
}
