// The registry that `feast-registry ui` or a registry server serves: opened when the page loads, read anew when it
// changes.
// A page from elsewhere has no such registry and makes no request.
import { createParser } from 'eventsource-parser';
import { useSyncExternalStore } from 'react';
import type { Problem } from '../registry/api.ts';
import {
  currentSnapshots,
  type OpenSnapshot,
  openSnapshot,
  refreshSnapshot,
  type Source,
} from '../registry/snapshots.ts';
import { askForToken, authorization } from './access.ts';

/** Its slug, so that addresses hold for whatever is behind it. */
export const LIVE = 'live';

/** As the binary tells it. */
export interface LiveState {
  revision: string;
  /** When the registry was last seen to be so, in UTC epoch milliseconds. */
  asOf: number;
  reachable: boolean;
  problem: Problem | null;
}
interface LiveSource extends LiveState {
  /** Not told by a server that others use. */
  place: string | null;
  /** To be shown first; null for all. */
  project: string | null;
}

export interface LiveOpened {
  snapshot: OpenSnapshot;
  project: string | null;
}

const address =
  document.querySelector<HTMLMetaElement>('meta[name="feast-registry-source"]')?.content ?? null;

export const isLive = address !== null;

let state: LiveState | null = null;
const listeners = new Set<() => void>();

export function useLiveState(): LiveState | null {
  return useSyncExternalStore(subscribe, () => state);
}

/** Opens it and follows it; null where there is none, or it cannot be read. */
export async function openLive(): Promise<LiveOpened | null> {
  if (address === null) return null;
  const source = await describe(address);
  if (source) change(source);
  const name = source?.place ?? location.host;
  const opened = await openSnapshot({
    name,
    slug: LIVE,
    origin: { from: 'live' },
    content: snapshotOf(address),
  });
  // The person gave no token, and would be asked again.
  if (opened?.state === 'failed' && opened.problem.code === NO_TOKEN.code) return null;
  void follow(address, opened?.state === 'open' ? (source?.revision ?? null) : null);
  return opened?.state === 'open' ? { snapshot: opened, project: source?.project ?? null } : null;
}

async function describe(address: string): Promise<LiveSource | null> {
  try {
    const response = await ask(address, 'source');
    return response.ok ? ((await response.json()) as LiveSource) : null;
  } catch {
    return null;
  }
}

/** Asks the registry, anew for as long as it wants another token and the person gives one. */
async function ask(address: string, path: string): Promise<Response> {
  for (;;) {
    const response = await fetch(new URL(path, absolute(address)), { headers: authorization() });
    if (response.status !== UNAUTHORIZED || !(await askForToken())) return response;
  }
}

/** Reads one revision after the other; those that come while one is read are skipped but for the last. */
async function follow(address: string, first: string | null): Promise<void> {
  let shown = first;
  let isReading = false;
  const catchUp = async () => {
    if (isReading) return;
    isReading = true;
    while (state?.reachable && state.revision !== shown) {
      const { revision } = state;
      if (!(await readAnew(address))) break;
      shown = revision;
    }
    isReading = false;
  };
  for (;;) {
    const problem = await listen(address, (told) => {
      change(told);
      void catchUp();
    });
    if (state) change({ ...state, reachable: false, problem });
    if (problem === NO_TOKEN) return;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

/** Hears what becomes of the registry, and gives the reason when there is nothing to hear any more. */
async function listen(address: string, hear: (state: LiveState) => void): Promise<Problem> {
  try {
    const { status, ok, body } = await ask(address, 'changes');
    if (status === UNAUTHORIZED) return NO_TOKEN;
    if (!ok || !body) return GONE;
    const parser = createParser({
      onEvent: ({ event, data }) => event === 'state' && hear(JSON.parse(data) as LiveState),
    });
    // A reader, because Safari's streams cannot be iterated.
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) parser.feed(next.value);
  } catch {
    // As when it ends.
  }
  return GONE;
}

/** Whether it is shown now. */
async function readAnew(address: string): Promise<boolean> {
  const current = currentSnapshots().find(({ slug }) => slug === LIVE);
  if (current?.state === 'opening') return false;
  if (current?.state === 'open') {
    const problem = await refreshSnapshot(LIVE, snapshotOf(address));
    if (problem?.code === 'unauthenticated' && (await askForToken())) return readAnew(address);
    return problem === null;
  }
  const opened = await openSnapshot({
    name: current?.name ?? location.host,
    slug: LIVE,
    origin: { from: 'live' },
    content: snapshotOf(address),
  });
  return opened?.state === 'open';
}

const UNAUTHORIZED = 401;
/** How long to wait for a server that does not answer. */
const AGAIN_MS = 2000;

const GONE: Problem = {
  code: 'unreachable',
  message: 'its server does not answer',
  hint: 'When it is started again, the page goes on by itself.',
};
const NO_TOKEN: Problem = {
  code: 'unauthenticated',
  message: 'it asks for a bearer token',
  hint: 'Reload the page to give one.',
};

function snapshotOf(address: string): Source['content'] {
  return { url: new URL('snapshot', absolute(address)).href, headers: authorization() };
}

function absolute(address: string): URL {
  return new URL(address, document.baseURI);
}

function change(to: LiveState): void {
  state = to;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
