// What an object is made of and what is made of it, one step each way, as a picture.
import { LineageAround } from '../lineage/LineageAround.tsx';
import type { ObjectPage } from '../registry/api.ts';

export function LineageSection({ page: { ref } }: { page: ObjectPage }) {
  return <LineageAround key={`${ref.kind}/${ref.project}/${ref.name}`} of={ref} />;
}
