// The schema of an object. A long one can be searched.

import { TextFilter } from '../parts/TextFilter.tsx';
import type { ObjectPage } from '../registry/api.ts';
import { Folded } from './Folded.tsx';
import { None } from './None.tsx';
import { SchemaTable } from './SchemaTable.tsx';
import { useObjectSearch } from './useObjectSearch.ts';

const MANY = 20;

export function SchemaSection({ page: { schema } }: { page: ObjectPage }) {
  const [{ find = '' }] = useObjectSearch();
  const fields = schema ?? [];
  if (fields.length === 0)
    return <None>It has no columns: there is nothing that could be read from it.</None>;
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const found = fields.filter(({ name, type, description, tags }) => {
    const text = `${name} ${type} ${description} ${tags.flat().join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (found.length === 0)
    return (
      <None>
        None of the {fields.length} columns contains “{find}”.
      </None>
    );
  return (
    <Folded id="schema" of={found} first={100}>
      {(shown) => <SchemaTable label="Schema" fields={shown} />}
    </Folded>
  );
}

export function SchemaTools({ page: { schema } }: { page: ObjectPage }) {
  const [{ find = '' }, change] = useObjectSearch();
  if ((schema?.length ?? 0) < MANY) return null;
  return <TextFilter label="Find a column" value={find} onChange={(find) => change({ find })} />;
}
