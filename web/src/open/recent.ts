// What was opened lately: names, and where the browser gives them, handles that can be read again after
// asking. The bytes are not kept.
import { get, update } from 'idb-keyval';
import type { OpenSnapshot, Source } from '../registry/snapshots.ts';
import { fileSource, urlSource } from './sources.ts';

export interface Recent {
  name: string;
  bytes: number;
  openedAt: number;
  url: string | null;
  handle: FileSystemFileHandle | null;
}

const KEY = 'recent';
const KEPT = 8;

export async function recentSnapshots(): Promise<Recent[]> {
  try {
    return (await get<Recent[]>(KEY)) ?? [];
  } catch {
    return [];
  }
}

export async function remember({ name, origin, summary, now }: OpenSnapshot): Promise<void> {
  if (origin.from !== 'file' && origin.from !== 'url') return;
  const entry: Recent = {
    name,
    bytes: summary.bytes,
    openedAt: now,
    url: origin.from === 'url' ? origin.url : null,
    handle: origin.from === 'file' ? origin.handle : null,
  };
  await change((recent) => [entry, ...recent.filter((other) => !isSame(entry, other))].slice(0, KEPT));
}

export async function forget(entry: Recent): Promise<void> {
  await change((recent) => recent.filter((other) => !isSame(entry, other)));
}

/** Reads it again, asking the person where the browser wants that; null when it cannot be. */
export async function reopen({ handle, url }: Recent): Promise<Source | null> {
  if (url !== null) return urlSource(url);
  if (!handle) return null;
  try {
    const permission = await handle.requestPermission({ mode: 'read' });
    return permission === 'granted' ? fileSource(await handle.getFile(), handle) : null;
  } catch {
    // Moved or deleted since.
    return null;
  }
}

function isSame(one: Recent, other: Recent): boolean {
  return one.name === other.name && one.url === other.url;
}

async function change(how: (recent: Recent[]) => Recent[]): Promise<void> {
  try {
    await update<Recent[]>(KEY, (recent) => how(recent ?? []));
  } catch {
    // Not kept, then: storage is forbidden here.
  }
}
