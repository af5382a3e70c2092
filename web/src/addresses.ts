// Where things are: the addresses of pages, `#/<snapshot>/<project>/...`. `*` stands for all projects.
import { useParams } from '@tanstack/react-router';
import { createContext, useContext } from 'react';
import { kindInfo, kindOfSlug } from './kinds/kinds.ts';
import { writeAround } from './lineage/lineageSearch.ts';
import type { CollectionId, Ref } from './registry/api.ts';
import type { OpenSnapshot } from './registry/snapshots.ts';

export const ALL_PROJECTS = '*';

/** The project in the address, or null for all. */
export function useProject(): string | null {
  const { project } = useParams({ strict: false });
  return project === undefined || project === ALL_PROJECTS ? null : project;
}

/** Those of the page in view: a list has hundreds of links, which need not each ask the router where they are. */
export const AddressesContext = createContext<Addresses | null>(null);

/** Makes what `<Link>` and `navigate` take, within the snapshot that is shown. */
export function useAddresses(): Addresses {
  const at = useContext(AddressesContext);
  if (!at) throw new Error('this component belongs on a page of a snapshot');
  return at;
}

export type Addresses = ReturnType<typeof addresses>;

export function addresses(snapshot: string, project: string) {
  return {
    home: (of: string = project) =>
      ({ to: '/$snapshot/$project', params: { snapshot, project: of } }) as const,
    /** The page of an object or a feature; of a project, its home. */
    thing: (ref: Ref) =>
      ref.kind === 'Project'
        ? ({ to: '/$snapshot/$project', params: { snapshot, project: ref.name } } as const)
        : ({
            to: '/$snapshot/$project/$kind/$name',
            params: { snapshot, project: ref.project, kind: kindInfo(ref.kind).slug, name: ref.name },
          } as const),
    list: (collection: CollectionId, filter = '') =>
      ({
        to: '/$snapshot/$project/$kind',
        params: { snapshot, project, kind: collection },
        search: filter === '' ? {} : { q: filter },
      }) as const,
    /** Around a thing, or of all. */
    lineage: (around?: Ref) =>
      ({
        to: '/$snapshot/$project/lineage',
        params: { snapshot, project: around?.project ?? project },
        search: around ? { around: writeAround(around) } : {},
      }) as const,
    health: () => ({ to: '/$snapshot/$project/health', params: { snapshot, project } }) as const,
    compare: () => ({ to: '/$snapshot/$project/compare', params: { snapshot, project } }) as const,
    search: (q: string) =>
      ({ to: '/$snapshot/$project/search', params: { snapshot, project }, search: { q } }) as const,
  };
}

/**
 * The address for a plain `<a>`, which costs a tenth of the router's `<Link>`: for what a page has hundreds of. The
 * router follows it all the same (frame/plainLinks.ts).
 */
export function hrefOf({ to, params, search = {} }: Address): string {
  const path = to.replace(/\$(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  return `#${path}${writeParameters(search)}`;
}

interface Address {
  to: string;
  params: Readonly<Record<string, string | undefined>>;
  search?: Record<string, unknown>;
}

/** Leaves out what is empty, and keeps readable what needs no escape behind a `#`. */
export function writeParameters(parameters: Record<string, unknown>): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '' && value !== false)
      written.set(name, String(value));
  }
  const text = written.toString().replace(/%(3A|40|2C|2F|3D|3E|3C)/g, (code) => decodeURIComponent(code));
  return text === '' ? '' : `?${text}`;
}

/** What the address of an object's page is about; null when there is no such kind. */
export function refOf(params: { project: string; kind: string; name: string }): Ref | null {
  const info = kindOfSlug(params.kind);
  return info && { kind: info.kind, project: params.project, name: params.name };
}

/** Where to start in a snapshot: in its only project, or above all of them. */
export function homeProject({ slug, summary: { projects } }: OpenSnapshot) {
  const [only, second] = projects;
  return addresses(slug, only && !second ? only.name : ALL_PROJECTS).home();
}
