// What a list keeps in its address.
import type { ListRequest } from '../registry/api.ts';

export interface ListSearch {
  /** The filter sentence. */
  q?: string | undefined;
  /** The column to sort by, with `-` before it for descending. */
  sort?: string | undefined;
  /** The columns, by id, with commas between; none: the usual ones. */
  columns?: string | undefined;
  /** The thing in the side peek: `<project>/<kind>/<name>`. */
  peek?: string | undefined;
}

export function listSearch(given: Record<string, unknown>): ListSearch {
  const text = (name: keyof ListSearch) => (typeof given[name] === 'string' ? given[name] : undefined);
  return { q: text('q'), sort: text('sort'), columns: text('columns'), peek: text('peek') };
}

export function parseSort(sort: string | undefined): ListRequest['sort'] {
  return sort ? { column: sort.replace(/^-/, ''), descending: sort.startsWith('-') } : null;
}

/** What a click on a column's heading leads to: ascending, descending, the order of the registry. */
export function nextSort(sort: string | undefined, column: string): string | undefined {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? undefined : column;
}
