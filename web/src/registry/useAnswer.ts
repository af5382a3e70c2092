// Asks the worker about the snapshot that is shown, and keeps the answers.
import {
  notifyManager,
  QueryClient,
  type UseQueryResult,
  usePrefetchQuery,
  useQuery,
} from '@tanstack/react-query';
import type { Problem, Registry, Result, SnapshotId } from './api.ts';
import { defect, registry } from './client.ts';
import { ProblemError } from './ProblemError.ts';
import { useSnapshot } from './SnapshotContext.ts';

/** `value` while loading is the answer to the previous question of the same component, to be shown meanwhile. */
export type Answer<T> =
  | { state: 'loading'; value: T | undefined }
  | { state: 'ready'; value: T }
  | { state: 'failed'; problem: Problem };

type Asked = {
  // biome-ignore lint/suspicious/noExplicitAny: only the first parameter matters here
  [M in keyof Registry]: Registry[M] extends (snapshot: SnapshotId, ...rest: any[]) => Promise<unknown>
    ? M
    : never;
}[keyof Registry];
export type Question = Exclude<Asked, 'close' | 'closeList'>;
type Rest<T> = T extends [unknown, ...infer R] ? R : never;
export type Arguments<M extends Question> = Rest<Parameters<Registry[M]>>;
type Unwrapped<T> = T extends { ok: true; value: infer V } ? V : T extends { ok: false } ? never : T;
export type Value<M extends Question> = Unwrapped<Awaited<ReturnType<Registry[M]>>>;

/** The answer of a method of [`Registry`] that takes the snapshot first: `useAnswer('home', project, now)`. */
export function useAnswer<M extends Question>(method: M, ...args: Arguments<M>): Answer<Value<M>> {
  return useAnswerOf(useSnapshot().id, method, ...args);
}

/** The answer of another snapshot than the one that is shown. */
export function useAnswerOf<M extends Question>(
  id: SnapshotId,
  method: M,
  ...args: Arguments<M>
): Answer<Value<M>> {
  const ask = question(id, method, ...args);
  // Asked now, not when the component has been painted without the answer.
  usePrefetchQuery(ask);
  return answerOf(useQuery({ ...ask, placeholderData: (previous) => previous }));
}

export function answerOf<T>({ error, data, isPlaceholderData }: UseQueryResult<T>): Answer<T> {
  if (error) return { state: 'failed', problem: problemOf(error) };
  if (isPlaceholderData || data === undefined) return { state: 'loading', value: data };
  return { state: 'ready', value: data };
}

/** What an exception on the way from the worker means. */
export function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : defect(error);
}

/** The same as options for TanStack Query, for pages that ask many things at once. */
export function question<M extends Question>(snapshot: SnapshotId, method: M, ...args: Arguments<M>) {
  return {
    queryKey: [snapshot, method, ...args],
    queryFn: async (): Promise<Value<M>> => {
      const ask = registry[method] as unknown as (
        snapshot: SnapshotId,
        ...args: unknown[]
      ) => Promise<unknown>;
      return unwrap(await ask(snapshot, ...args)) as Value<M>;
    },
  };
}

/** The value of an answer; its problem as an exception. */
export function unwrap<T>(answer: Result<T>): T;
export function unwrap(answer: unknown): unknown;
export function unwrap(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return answer;
  const result = answer as Result<unknown>;
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}

// An answer is shown at once, not in a timer's turn.
notifyManager.setScheduler(queueMicrotask);

/** A snapshot never changes, so an answer is good for as long as it is kept. */
export const answers = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000, retry: false, networkMode: 'always' },
  },
});

// Lists are handles into the worker's memory: given back when their answer is forgotten.
answers.getQueryCache().subscribe(({ type, query }) => {
  const [snapshot, method] = query.queryKey;
  if (type !== 'removed' || method !== 'list' || query.state.data === undefined) return;
  void registry.closeList(snapshot as SnapshotId, (query.state.data as { id: number }).id);
});
