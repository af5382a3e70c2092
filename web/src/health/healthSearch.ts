// What this page keeps in its address: which findings are shown.
import type { Severity } from '../registry/api.ts';

export interface HealthSearch {
  severity?: Severity | undefined;
  rule?: string | undefined;
  /** A kind, as in the address of its pages. */
  kind?: string | undefined;
  /** An owner; `-` for those that nobody owns. */
  owner?: string | undefined;
  /** A text that is in the name or in what is said of it. */
  q?: string | undefined;
}

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
export const NOBODY = '-';

export function healthSearch(given: Record<string, unknown>): HealthSearch {
  const text = (name: keyof HealthSearch) =>
    typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined;
  return {
    severity: SEVERITIES.find((severity) => severity === given.severity),
    rule: text('rule'),
    kind: text('kind'),
    owner: text('owner'),
    q: text('q'),
  };
}
