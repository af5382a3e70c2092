// Which findings are left by the filter of the page, and what the filter could be.
import { kindInfo } from '../kinds/kinds.ts';
import type { Finding, Health } from '../registry/api.ts';
import { type HealthSearch, NOBODY } from './healthSearch.ts';

type Field = 'severity' | 'rule' | 'kind' | 'owner';

const VALUE: Record<Field, (finding: Finding) => string> = {
  severity: ({ severity }) => severity,
  rule: ({ rule }) => rule,
  kind: ({ ref }) => kindInfo(ref.kind).slug,
  owner: ({ owner }) => owner || NOBODY,
};

/** `except` is a field of the filter that does not count. */
export function filteredFindings(
  findings: readonly Finding[],
  search: HealthSearch,
  except: Field | null = null,
): Finding[] {
  const fields = (Object.keys(VALUE) as Field[]).filter(
    (field) => field !== except && search[field] !== undefined,
  );
  const text = search.q?.toLowerCase();
  return findings.filter(
    (finding) =>
      fields.every((field) => VALUE[field](finding) === search[field]) &&
      (text === undefined || hasText(finding, text)),
  );
}

function hasText({ ref, message, evidence }: Finding, text: string): boolean {
  return [ref.name, ref.project, message, evidence].some((part) => part.toLowerCase().includes(text));
}

/** The values of a field among the findings that the rest of the filter leaves, the most frequent first. */
export function valuesOf(
  findings: readonly Finding[],
  search: HealthSearch,
  field: Field,
): [string, number][] {
  const counts = new Map<string, number>();
  for (const finding of filteredFindings(findings, search, field)) {
    const value = VALUE[field](finding);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
}

export type HealthEntry =
  | { is: 'rule'; rule: Health['rules'][number]; shown: number }
  | { is: 'finding'; finding: Finding; key: string };

/** The findings below their rules, the worst first. */
export function healthEntries({ rules }: Health, findings: readonly Finding[]): HealthEntry[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const found = byRule.get(finding.rule);
    if (found) found.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  return rules.flatMap((rule) => {
    const found = byRule.get(rule.rule) ?? [];
    if (found.length === 0) return [];
    const entries = found.map((finding, index) => ({
      is: 'finding' as const,
      finding,
      key: `${rule.rule} ${index}`,
    }));
    return [{ is: 'rule' as const, rule, shown: found.length }, ...entries];
  });
}
