// The open snapshot that the address is about, for what is around the pages.
import { useParams } from '@tanstack/react-router';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';

export function useShownSnapshot(): OpenSnapshot | null {
  const { snapshot: slug } = useParams({ strict: false });
  const shown = useSnapshots().find((snapshot) => snapshot.slug === slug);
  return shown?.state === 'open' ? shown : null;
}
