// The snapshot and project that the page in view is about.
import { createContext, useContext } from 'react';
import type { OpenSnapshot } from './snapshots.ts';

export const SnapshotContext = createContext<OpenSnapshot | null>(null);

export function useSnapshot(): OpenSnapshot {
  const snapshot = useContext(SnapshotContext);
  if (!snapshot) throw new Error('this component belongs on a page of a snapshot');
  return snapshot;
}
