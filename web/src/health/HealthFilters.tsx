// Which findings are shown: by severity, rule, kind, owner and text.
import { kindOfSlug } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import { Select } from '../parts/Select.tsx';
import { SeverityMark } from '../parts/SeverityMark.tsx';
import { TextFilter } from '../parts/TextFilter.tsx';
import type { Health, Severity } from '../registry/api.ts';
import { valuesOf } from './filteredFindings.ts';
import styles from './HealthFilters.module.css';
import { type HealthSearch, NOBODY, SEVERITIES } from './healthSearch.ts';

interface Props {
  health: Health;
  search: HealthSearch;
  onChange: (to: Partial<HealthSearch>) => void;
}

const WORDS: Record<Severity, [one: string, many: string]> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['hint', 'hints'],
};

export function HealthFilters({ health, search, onChange }: Props) {
  const { rules, counts, findings } = health;
  const titles = new Map(rules.map(({ rule, title }) => [rule, title]));
  const names: Record<'rule' | 'kind' | 'owner', (value: string) => string> = {
    rule: (rule) => titles.get(rule) ?? rule,
    kind: (slug) => kindOfSlug(slug)?.plural ?? slug,
    owner: (owner) => (owner === NOBODY ? 'nobody' : owner),
  };
  const choice = (field: 'rule' | 'kind' | 'owner', label: string, all: string) => {
    const values = valuesOf(findings, search, field);
    const chosen = search[field];
    const missing = chosen !== undefined && !values.some(([value]) => value === chosen);
    const offered: typeof values = missing ? [...values, [chosen, 0]] : values;
    const options = offered.map(
      ([value, size]) => [value, `${names[field](value)} (${count(size)})`] as const,
    );
    return (
      <Select
        label={label}
        value={chosen ?? ''}
        options={[['', all], ...options]}
        onChange={(value) => onChange({ [field]: value || undefined })}
      />
    );
  };
  return (
    <div className={styles.bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <div role="group" aria-label="Severity" className={styles.severities}>
        {SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => (
          <button
            key={severity}
            type="button"
            className={styles.severity}
            aria-pressed={search.severity === severity}
            onClick={() => onChange({ severity: search.severity === severity ? undefined : severity })}
          >
            <SeverityMark severity={severity} />
            {count(counts[severity])} {WORDS[severity][counts[severity] === 1 ? 0 : 1]}
          </button>
        ))}
      </div>
      {choice('rule', 'Rule', 'all')}
      {choice('kind', 'Kind', 'all')}
      {choice('owner', 'Owner', 'anybody')}
      <TextFilter
        label="Filter by text"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
    </div>
  );
}
