// How the thing in the side peek stands in the address.
import { kindInfo, kindOfSlug } from '../kinds/kinds.ts';
import type { Ref } from '../registry/api.ts';

/** `<project>/<kind>/<name>`; only the name may hold further slashes. */
export function peekAddress({ project, kind, name }: Ref): string {
  return `${project}/${kindInfo(kind).slug}/${name}`;
}

export function peekedRef(address: string): Ref | null {
  const [project, slug, ...name] = address.split('/');
  const info = slug && kindOfSlug(slug);
  return info && project !== undefined && name.length > 0
    ? { project, kind: info.kind, name: name.join('/') }
    : null;
}
