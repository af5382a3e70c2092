// What the page and the worker say to each other: the registry's API, and what spares ways between them. On opening,
// the worker fetches and streams by itself, so that no bytes pass through the page.
import type { List, ListRequest, Registry, Result, Row, SnapshotId, Summary } from './api.ts';

/** A file, or an address with what a request to it says beside. */
export type Content = Blob | { url: string; headers?: Record<string, string> };

export interface RegistryWorker extends Omit<Registry, 'open'> {
  open(
    content: Content,
    now: number,
    progress: (read: number, size: number | null) => void,
  ): Promise<Result<{ id: SnapshotId; summary: Summary }>>;

  /** A list with its first rows. */
  listWithRows(
    snapshot: SnapshotId,
    request: ListRequest,
    limit: number,
    columns: readonly string[],
  ): Promise<Result<{ list: List; rows: Row[] }>>;
}
