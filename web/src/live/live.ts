// The registry that `feast-registry ui` serves: opened when the page loads, read anew when it changes.
// A page from elsewhere has no such registry and makes no request.
import { useSyncExternalStore } from 'react';
import type { Problem } from '../registry/api.ts';
import { currentSnapshots, type OpenSnapshot, openSnapshot, refreshSnapshot } from '../registry/snapshots.ts';

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
  place: string;
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
  const name = source?.place ?? 'live registry';
  const opened = await openSnapshot({
    name,
    slug: LIVE,
    origin: { from: 'live' },
    content: snapshotOf(address),
  });
  follow(address, opened?.state === 'open' ? (source?.revision ?? null) : null);
  return opened?.state === 'open' ? { snapshot: opened, project: source?.project ?? null } : null;
}

async function describe(address: string): Promise<LiveSource | null> {
  try {
    const response = await fetch(new URL('source', absolute(address)));
    return response.ok ? ((await response.json()) as LiveSource) : null;
  } catch {
    return null;
  }
}

/** Reads one revision after the other; those that come while one is read are skipped but for the last. */
function follow(address: string, first: string | null): void {
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
  const events = new EventSource(new URL('changes', absolute(address)));
  events.addEventListener('state', (event: MessageEvent<string>) => {
    change(JSON.parse(event.data) as LiveState);
    void catchUp();
  });
  events.addEventListener('error', () => {
    if (state) change({ ...state, reachable: false, problem: GONE });
  });
}

/** Whether it is shown now. */
async function readAnew(address: string): Promise<boolean> {
  const current = currentSnapshots().find(({ slug }) => slug === LIVE);
  if (current?.state === 'open') return (await refreshSnapshot(LIVE, snapshotOf(address))) === null;
  if (current?.state === 'opening') return false;
  const opened = await openSnapshot({
    name: current?.name ?? 'live registry',
    slug: LIVE,
    origin: { from: 'live' },
    content: snapshotOf(address),
  });
  return opened?.state === 'open';
}

const GONE: Problem = {
  code: 'unreachable',
  message: '`feast-registry ui` does not answer',
  hint: 'Start it again; the page goes on by itself.',
};

function snapshotOf(address: string): { url: string } {
  return { url: new URL('snapshot', absolute(address)).href };
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
