// Reads and changes what an object's page keeps in its address.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ObjectSearch } from './objectSearch.ts';

const ROUTE = '/$snapshot/$project/$kind/$name';

/** A change replaces the entry in the history: it is the same page, looked at differently. */
export function useObjectSearch(): [ObjectSearch, (change: ObjectSearch) => void] {
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const change = useCallback(
    (change: ObjectSearch) =>
      void navigate({
        from: ROUTE,
        to: '.',
        search: (was) => ({ ...was, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}
