// What the core says of a list: its columns and kinds. The same for every snapshot.
import { useQuery } from '@tanstack/react-query';
import type { Collection, CollectionId } from '../registry/api.ts';
import { registry } from '../registry/client.ts';
import { answers } from '../registry/useAnswer.ts';

const QUESTION = {
  queryKey: ['collections'],
  queryFn: () => registry.collections(),
  gcTime: Number.POSITIVE_INFINITY,
};
// While the file is still being read.
void answers.prefetchQuery(QUESTION);

/** undefined: not known yet. */
export function useCollection(id: CollectionId): Collection | undefined {
  const { data } = useQuery(QUESTION);
  return data?.find((collection) => collection.id === id);
}
