// Writes what compresses well once more with Brotli and with gzip, beside the file: hosts that can, send
// these as they are (nginx `brotli_static`, `gzip_static`; `feast-registry ui`).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH_IT = /\.(css|db|html|js|json|svg|wasm|webmanifest)$/;

export function precompressed(): Plugin {
  let folder = '';
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    // By then everything is there, the files of public/ too.
    closeBundle: { order: 'post', sequential: true, handler: () => compress(folder) },
  };
}

function compress(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!WORTH_IT.test(name)) continue;
    const path = join(folder, name);
    const content = readFileSync(path);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    for (const [ending, smaller] of [
      ['.br', brotliCompressSync(content, { params })],
      ['.gz', gzipSync(content, { level: 9 })],
    ] as const) {
      if (smaller.length < content.length) writeFileSync(path + ending, smaller);
    }
  }
}
