// What an object uses, and who uses it.
import type { ObjectPage } from '../registry/api.ts';
import { None } from './None.tsx';
import { UseList } from './UseList.tsx';

export function UsesSection({ page: { uses, usesTotal } }: { page: ObjectPage }) {
  return <UseList id="uses" uses={uses} total={usesTotal} />;
}

/** A feature's page says no total: it lists all that use it. */
export function UsedBySection({ page }: { page: Pick<ObjectPage, 'usedBy'> & { usedByTotal?: number } }) {
  const { usedBy, usedByTotal = usedBy.length } = page;
  if (usedBy.length === 0) return <None>Nothing in this registry uses it.</None>;
  return <UseList id="used-by" uses={usedBy} total={usedByTotal} />;
}
