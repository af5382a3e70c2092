// What can be opened: a file, an address, the example that comes with the site.
import type { Source } from '../registry/snapshots.ts';

export function fileSource(file: File, handle: FileSystemFileHandle | null): Source {
  return { name: file.name, origin: { from: 'file', handle }, content: file };
}

/** Named after the last part of the address. */
export function urlSource(text: string): Source {
  const { href, pathname, host } = new URL(text, document.baseURI);
  const last = pathname.split('/').findLast((part) => part !== '');
  return {
    name: last ? decodeURIComponent(last) : host,
    origin: { from: 'url', url: href },
    content: { url: href },
  };
}

/** The slug of the snapshot that comes with the site. */
export const EXAMPLE = 'example';

export function exampleSource(): Source {
  const { href } = new URL('./example.db', document.baseURI);
  return { name: EXAMPLE, origin: { from: 'example' }, content: { url: href } };
}
