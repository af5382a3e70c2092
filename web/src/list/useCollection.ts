// What the core says of a list: its columns and kinds. The same for every snapshot.
import { useQuery } from '@tanstack/react-query';
import type { Collection, CollectionId } from '../registry/api.ts';
import { registry } from '../registry/client.ts';

/** undefined: not known yet. */
export function useCollection(id: CollectionId): Collection | undefined {
  const { data } = useQuery({
    queryKey: ['collections'],
    queryFn: () => registry.collections(),
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data?.find((collection) => collection.id === id);
}
