// The vector settings of a feature in words.
import type { SchemaField } from '../registry/api.ts';

export function vectorInWords({ isIndexed, length, metric }: NonNullable<SchemaField['vector']>): string {
  const parts = [isIndexed ? 'indexed' : 'not indexed'];
  if (length) parts.push(`${length} long`);
  if (metric !== '') parts.push(metric);
  return parts.join(', ');
}
