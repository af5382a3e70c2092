// What one can do to a list: filter it, choose its columns, save it.
import type { Collection, ListRequest } from '../registry/api.ts';
import { ColumnChooser } from './ColumnChooser.tsx';
import { ExportChoice } from './ExportChoice.tsx';
import { FilterBar } from './FilterBar.tsx';
import type { ListOf } from './listQuestion.ts';
import type { ColumnChoice } from './useColumns.ts';

interface Props {
  collection: Collection;
  choice: ColumnChoice;
  request: ListRequest;
  list: ListOf | undefined;
}

export function ListTools({ collection, choice, request, list }: Props) {
  return (
    <>
      <FilterBar request={request} singular={collection.singular} />
      <ColumnChooser collection={collection} choice={choice} />
      {list && (
        <ExportChoice list={list} collection={collection} columns={choice.shown.map(({ id }) => id)} />
      )}
    </>
  );
}
