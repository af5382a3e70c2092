// An object's settings: TTL, online and offline, mode, and the like.
import type { ObjectPage } from '../registry/api.ts';
import { Facts } from './Facts.tsx';

export function FactsSection({ page: { facts } }: { page: ObjectPage }) {
  return <Facts facts={facts} />;
}
