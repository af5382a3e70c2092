// Serves the built site as a static host would, from a folder below the root and with the policy as a header.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POLICY } from '../../build/content-security-policy.ts';
import { FOLDER as SNAPSHOTS } from './snapshots.ts';

const SITE = '/some/folder/';
const REGISTRIES = '/registries/';
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface Site {
  /** Of the start page. */
  address: string;
  /** The address with a registry of the tests' open in it, at a page of it. */
  at: (registry: string, page?: string) => string;
  /** When the last byte of a registry was sent for the last time, in UTC epoch milliseconds. */
  sentAt: (registry: string) => number;
  /** From now on the server is gone, as on a plane. */
  close: () => Promise<void>;
}

export async function serveSite(folder = DIST): Promise<Site> {
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    response.on('finish', () => sent.set(path, Date.now()));
    void answer(folder, path).then(([status, headers, body]) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const address = `http://localhost:${port}${SITE}`;
  return {
    address,
    at: (registry, page = '') => `${address}?src=${REGISTRIES}${registry}#/${registry}/${page}`,
    sentAt: (registry) => sent.get(`${REGISTRIES}${registry}`) ?? Number.NaN,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** A copy of the built site, to be changed. */
export async function copyOfSite(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'));
  await cp(DIST, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

async function answer(
  folder: string,
  path: string,
): Promise<[number, Record<string, string>, string | Buffer]> {
  const file = fileAt(folder, decodeURI(path));
  try {
    if (file === null) return [404, {}, 'not here'];
    const content = await readFile(file);
    const headers = {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Length': String(content.length),
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-cache',
    };
    return [200, headers, content];
  } catch {
    return [404, {}, 'not found'];
  }
}

function fileAt(folder: string, path: string): string | null {
  const below = (start: string) => normalize(path.slice(start.length));
  if (path.startsWith(REGISTRIES)) return join(SNAPSHOTS, below(REGISTRIES));
  if (path.startsWith(SITE)) return join(folder, path === SITE ? 'index.html' : below(SITE));
  return null;
}
