// Writes dist/sw.js: the service worker with the list of the build's files and a version made of them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const template = fileURLToPath(new URL('./service-worker.js', import.meta.url));
const publicFolder = fileURLToPath(new URL('../public', import.meta.url));

export function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const version = createHash('sha256');
      const files: string[] = [];
      const add = (name: string, content: string | Uint8Array) => {
        files.push(name);
        version.update(name).update(content);
      };
      for (const [name, file] of Object.entries(bundle)) {
        add(name, file.type === 'chunk' ? file.code : file.source);
      }
      for (const name of readdirSync(publicFolder)) {
        add(name, readFileSync(`${publicFolder}/${name}`));
      }
      const list = JSON.stringify(['./', ...files.filter((name) => name !== 'index.html').sort()]);
      const source = readFileSync(template, 'utf8')
        .replace("'VERSION'", JSON.stringify(version.digest('hex').slice(0, 16)))
        .replace("['FILES']", list);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
