// The registry core, in a worker: what the pages call. Nothing of a snapshot is kept on this side but
// what a page shows.
import { proxy, type Remote, wrap } from 'comlink';
import type { Problem } from './api.ts';
import type { RegistryWorker } from './protocol.ts';

declare global {
  /** Started by public/start.js, earlier than this can. */
  var registryWorker: Worker | undefined;
}

const worker =
  globalThis.registryWorker ??
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'registry' });
const remote: Remote<RegistryWorker> = wrap<RegistryWorker>(worker);

/** The worker's API. A function has to be marked before it can be called from there. */
export const registry = new Proxy({} as RegistryWorker, {
  get:
    (_target, method: keyof RegistryWorker) =>
    (...given: unknown[]) => {
      const ask = remote[method] as (...given: unknown[]) => unknown;
      return ask(...given.map((one) => (typeof one === 'function' ? proxy(one) : one)));
    },
});

/** What to say when the worker itself fails: a defect of ours, never of the file. */
export function defect(error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'defect',
    message: `The viewer failed: ${reason}`,
    hint: 'Reload the page. If it happens again, please report it with what you did last.',
  };
}
