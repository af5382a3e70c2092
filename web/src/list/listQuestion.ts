// The question for a list. Its answer is a handle into the memory of one snapshot, and says of which.
import type { List, ListRequest, SnapshotId } from '../registry/api.ts';
import { question } from '../registry/useAnswer.ts';

/** An earlier list stays in view while a live snapshot is read anew: then it is not of the one that is shown. */
export interface ListOf extends List {
  snapshot: SnapshotId;
}

export function listQuestion(snapshot: SnapshotId, request: ListRequest) {
  const { queryKey, queryFn } = question(snapshot, 'list', request);
  return { queryKey, queryFn: async (): Promise<ListOf> => ({ ...(await queryFn()), snapshot }) };
}
