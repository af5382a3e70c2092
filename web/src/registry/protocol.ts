// What the page and the worker say to each other: the registry's API, and opening, where the worker
// fetches and streams by itself so that no bytes pass through the page.
import type { Registry, Result, SnapshotId, Summary } from './api.ts';

export interface RegistryWorker extends Omit<Registry, 'open'> {
  open(
    content: Blob | { url: string },
    now: number,
    progress: (read: number, size: number | null) => void,
  ): Promise<Result<{ id: SnapshotId; summary: Summary }>>;
}
