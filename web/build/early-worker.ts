// Tells public/start.js where the registry's worker is, under the name that the build gave it.
import type { Plugin } from 'vite';

const START = '<script src="./start.js"></script>';
const STYLES = '<link rel="stylesheet"';
const WORKER = /^assets\/worker-[^/]+\.js$/;

export function earlyWorker(): Plugin {
  return {
    name: 'early-worker',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const workers = Object.keys(bundle).filter((name) => WORKER.test(name));
        if (workers.length !== 1 || !html.includes(START) || !html.includes(STYLES))
          throw new Error('index.html starts no worker');
        // When the page's own scripts have been asked for, and before styles that it would wait for.
        const started = `<script src="./start.js" data-worker="./${workers[0]}"></script>\n    `;
        return html.replace(START, '').replace(STYLES, started + STYLES);
      },
    },
  };
}
