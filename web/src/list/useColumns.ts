// Which columns a list shows: those of its address, else those that the person chose last, else the usual
// ones. The name always leads.
import { useEffect } from 'react';
import type { Collection, Column } from '../registry/api.ts';
import { useListSearch } from './useListSearch.ts';

export interface ColumnChoice {
  shown: readonly Column[];
  isUsual: boolean;
  choose: (ids: readonly string[]) => void;
  chooseUsual: () => void;
}

export function useColumns({ id, columns }: Collection): ColumnChoice {
  const [search, change] = useListSearch();
  const key = `columns ${id}`;
  const usual = columns.filter((column) => column.isDefault);

  // What was chosen last becomes part of the address, so that a copied link shows the same.
  useEffect(() => {
    const chosen = recall(key);
    if (search.columns === undefined && chosen) change({ columns: chosen });
  }, [key, search.columns, change]);

  const wanted = search.columns?.split(',') ?? [];
  const found = wanted
    .map((wanted) => columns.find((column) => column.id === wanted))
    .filter((column) => column !== undefined);
  const [name, ...others] = columns;
  const shown =
    found.length === 0 ? usual : name ? [name, ...found.filter((column) => column !== name)] : found;
  return {
    shown,
    isUsual: shown.length === usual.length && shown.every((column) => usual.includes(column)),
    choose: (ids) => {
      const text = [name, ...others]
        .filter((column) => column && ids.includes(column.id))
        .map((column) => column?.id)
        .join(',');
      keep(key, text);
      change({ columns: text });
    },
    chooseUsual: () => {
      keep(key, null);
      change({ columns: undefined });
    },
  };
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Only in the address, then: storage is forbidden here.
  }
}
