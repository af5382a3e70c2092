// The registry core as WebAssembly: snapshots live in its memory, each by a number. Runs in the worker.
import init, { collections, Loader, Snapshot } from '../../../wasm/pkg/feast_registry.js';
import module from '../../../wasm/pkg/feast_registry_bg.wasm?url';
import type { List, Problem, Result, SnapshotId } from './api.ts';
import type { RegistryWorker } from './protocol.ts';
import { type Pieces, readPieces, unreadable } from './readPieces.ts';

const ready = init({ module_or_path: module });
const snapshots = new Map<SnapshotId, Snapshot>();
let next: SnapshotId = 1;

type Own = 'collections' | 'open' | 'close' | 'listWithRows' | 'closeList' | 'compare';
/** Everything else of the API is a method of [`Snapshot`] of the same name. */
const own: Pick<RegistryWorker, Own> = {
  async collections() {
    await ready;
    return collections();
  },

  async open(content, now, progress) {
    await ready;
    const pieces = await readPieces(content);
    if (!pieces.ok) return pieces;
    const loaded = await load(pieces.value, progress);
    if (!(loaded instanceof Snapshot)) return { ok: false, problem: loaded };
    const id = next++;
    snapshots.set(id, loaded);
    return { ok: true, value: { id, summary: loaded.summary(now) } };
  },

  async close(id) {
    snapshots.get(id)?.free();
    snapshots.delete(id);
  },

  async listWithRows(id, request, limit, columns) {
    const snapshot = find(id);
    const list: Result<List> = snapshot.list(request);
    if (!list.ok) return list;
    const rows = snapshot.rows(list.value.id, 0, limit, [...columns]);
    return { ok: true, value: { list: list.value, rows } };
  },

  async closeList(id, list) {
    // Its snapshot may have been closed before.
    snapshots.get(id)?.closeList(list);
  },

  async compare(before, after, project) {
    return find(before).compare(find(after), project ?? undefined);
  },
};

export const core = new Proxy(own as RegistryWorker, {
  get: (_target, method: keyof RegistryWorker) =>
    method in own
      ? own[method as keyof typeof own]
      : async (id: SnapshotId, ...given: unknown[]) => ask(id, method, given),
});

function ask(id: SnapshotId, method: string, given: unknown[]): unknown {
  const snapshot = find(id) as unknown as Record<string, (...given: unknown[]) => unknown>;
  const answer = snapshot[method];
  if (!answer) throw new Error(`the registry core cannot answer \`${method}\``);
  return answer.apply(snapshot, given);
}

function find(id: SnapshotId): Snapshot {
  const snapshot = snapshots.get(id);
  if (!snapshot) throw new Error('the snapshot has been closed');
  return snapshot;
}

/** Between two words of progress. */
const PAUSE_MS = 50;

async function load(
  { stream, size }: Pieces,
  progress: (read: number, size: number | null) => void,
): Promise<Snapshot | Problem> {
  let read = 0;
  let told = 0;
  const count = (piece: Uint8Array) => {
    read += piece.byteLength;
    if (performance.now() - told < PAUSE_MS) return;
    told = performance.now();
    progress(read, size);
  };
  let loader: Loader | null = null;
  try {
    // Memory that the module outgrows never comes back: where nobody says the size, the browser keeps it all first.
    const whole = size === null ? await new Response(passing(stream, count)).blob() : null;
    loader = new Loader(whole?.size ?? size ?? undefined);
    // A reader, because Safari's streams cannot be iterated.
    const reader = (whole?.stream() ?? passing(stream, count)).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!loader.append(next.value)) break;
    }
  } catch (error) {
    loader?.free();
    return unreadable(error);
  }
  progress(read, read);
  return loader.open();
}

/** The same pieces, each shown to `see` on its way. */
function passing(stream: ReadableStream<Uint8Array>, see: (piece: Uint8Array) => void) {
  const transform = (piece: Uint8Array, next: TransformStreamDefaultController<Uint8Array>) => {
    see(piece);
    next.enqueue(piece);
  };
  return stream.pipeThrough(new TransformStream({ transform }));
}
