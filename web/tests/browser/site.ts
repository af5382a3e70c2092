// Serves the built site as a static host would, from a folder below the root and with the policy as a header.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POLICY } from '../../build/content-security-policy.ts';

const FOLDER = '/some/folder/';
const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface Site {
  address: string;
  /** From now on the server is gone, as on a plane. */
  close: () => Promise<void>;
}

export async function serveSite(): Promise<Site> {
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://localhost').pathname).then(([status, headers, body]) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}${FOLDER}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function answer(path: string): Promise<[number, Record<string, string>, string | Buffer]> {
  if (!path.startsWith(FOLDER)) return [404, {}, 'not here'];
  const name = normalize(path.slice(FOLDER.length) || 'index.html');
  try {
    const body = await readFile(join(dist, name));
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    return [
      200,
      { 'Content-Type': type, 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' },
      body,
    ];
  } catch {
    return [404, {}, 'not found'];
  }
}
