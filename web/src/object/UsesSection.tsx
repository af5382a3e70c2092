// What an object uses, and who uses it.
import type { ObjectPage } from '../registry/api.ts';
import { None } from './None.tsx';
import { UseList } from './UseList.tsx';

export function UsesSection({ page: { uses } }: { page: ObjectPage }) {
  return <UseList id="uses" uses={uses} />;
}

export function UsedBySection({ page: { usedBy } }: { page: Pick<ObjectPage, 'usedBy'> }) {
  if (usedBy.length === 0) return <None>Nothing in this registry uses it.</None>;
  return <UseList id="used-by" uses={usedBy} />;
}
