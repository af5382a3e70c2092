// The snapshots that are open in this tab, and opening and closing them.
import { useSyncExternalStore } from 'react';
import type { Problem, SnapshotId, Summary } from './api.ts';
import { defect, registry } from './client.ts';
import type { Content } from './protocol.ts';

/** Where a snapshot came from. `example` comes with the site; `live` is what a server has. */
export type Origin =
  | { from: 'file'; handle: FileSystemFileHandle | null }
  | { from: 'url'; url: string }
  | { from: 'example' }
  | { from: 'live' };

interface Named {
  /** Names it in addresses. */
  slug: string;
  name: string;
  origin: Origin;
}
export interface Opening extends Named {
  state: 'opening';
  read: number;
  size: number | null;
}
export interface OpenSnapshot extends Named {
  state: 'open';
  id: SnapshotId;
  summary: Summary;
  /** What "now" is for it: when it was opened, or some minutes ago at most. */
  now: number;
}
export interface FailedSnapshot extends Named {
  state: 'failed';
  problem: Problem;
}
export type Snapshot = Opening | OpenSnapshot | FailedSnapshot;

/** What to read; the worker fetches an address itself. */
export interface Source {
  name: string;
  /** If not its name. */
  slug?: string;
  origin: Origin;
  content: Content;
}

let snapshots: readonly Snapshot[] = [];
const listeners = new Set<() => void>();

export function useSnapshots(): readonly Snapshot[] {
  return useSyncExternalStore(subscribe, currentSnapshots);
}

export function currentSnapshots(): readonly Snapshot[] {
  return snapshots;
}

/**
 * Opens a snapshot beside those that are open. Never rejects: a failure is a state of the snapshot.
 * Null when it was closed before it was read.
 */
export async function openSnapshot(source: Source): Promise<OpenSnapshot | FailedSnapshot | null> {
  const { name, slug = name, origin, content } = source;
  const named: Named = { slug: freeSlug(slug), name, origin };
  const now = Date.now();
  add({ ...named, state: 'opening', read: 0, size: null });
  let isRead = false;
  // Its messages come by a way of their own, and may come after the answer.
  const progress = (read: number, size: number | null) => {
    if (!isRead) replace({ ...named, state: 'opening', read, size });
  };
  const opened = await read(content, now, progress);
  isRead = true;
  const done: OpenSnapshot | FailedSnapshot = opened.ok
    ? { ...named, state: 'open', ...opened.value, now }
    : { ...named, state: 'failed', problem: opened.problem };
  if (replace(done)) return done;
  if (done.state === 'open') await registry.close(done.id);
  return null;
}

/** Reads an open snapshot anew. It stays as it was where that fails, or when it was closed meanwhile. */
export async function refreshSnapshot(slug: string, content: Source['content']): Promise<Problem | null> {
  const now = Date.now();
  const opened = await read(content, now, () => undefined);
  if (!opened.ok) return opened.problem;
  const shown = snapshots.find((snapshot) => snapshot.slug === slug);
  if (shown?.state !== 'open') {
    await registry.close(opened.value.id);
    return null;
  }
  replace({ ...shown, ...opened.value, now });
  await registry.close(shown.id);
  return null;
}

const NOW_HOLDS_MS = 5 * 60_000;

/** Lets "now" go on, in steps: each step is a new question for everything that is shown. */
export function keepTime(): void {
  const step = () => {
    const now = Date.now();
    const isOld = (snapshot: Snapshot) => snapshot.state === 'open' && now - snapshot.now >= NOW_HOLDS_MS;
    if (document.hidden || !snapshots.some(isOld)) return;
    change(snapshots.map((snapshot) => (isOld(snapshot) ? { ...snapshot, now } : snapshot)));
  };
  document.addEventListener('visibilitychange', step);
  setInterval(step, NOW_HOLDS_MS);
}

export async function closeSnapshot(slug: string): Promise<void> {
  const closed = snapshots.find((snapshot) => snapshot.slug === slug);
  change(snapshots.filter((snapshot) => snapshot.slug !== slug));
  if (closed?.state === 'open') await registry.close(closed.id);
}

async function read(...given: Parameters<typeof registry.open>): ReturnType<typeof registry.open> {
  try {
    return await registry.open(...given);
  } catch (error) {
    return { ok: false, problem: defect(error) };
  }
}

/** As wanted, or with a number when a snapshot of that name is open already. Not that of a failed one. */
function freeSlug(wanted: string): string {
  const taken = new Set(snapshots.filter(({ state }) => state !== 'failed').map(({ slug }) => slug));
  let slug = wanted;
  for (let number = 2; taken.has(slug); number += 1) slug = `${wanted}~${number}`;
  return slug;
}

function add(snapshot: Snapshot): void {
  change([...snapshots.filter(({ slug }) => slug !== snapshot.slug), snapshot]);
}

/** Whether it is still there to be replaced. */
function replace(snapshot: Snapshot): boolean {
  if (!snapshots.some(({ slug }) => slug === snapshot.slug)) return false;
  change(snapshots.map((other) => (other.slug === snapshot.slug ? snapshot : other)));
  return true;
}

function change(to: readonly Snapshot[]): void {
  snapshots = to;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
