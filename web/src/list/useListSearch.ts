// The list's part of the address, and changing it in place.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListSearch } from './listSearch.ts';

export function useListSearch(): [ListSearch, (change: ListSearch) => void] {
  const search = useSearch({ from: '/$snapshot/$project/$kind' });
  const navigate = useNavigate({ from: '/$snapshot/$project/$kind' });
  const change = useCallback(
    (change: ListSearch) =>
      void navigate({ to: '.', search: (was) => ({ ...was, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  return [search, change];
}
