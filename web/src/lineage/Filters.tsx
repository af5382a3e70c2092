// What is drawn: how far, which kinds, which tags and owners, how it is folded. All of it is in the address.
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Select } from '../parts/Select.tsx';
import type { LineageRequest } from '../registry/api.ts';
import styles from './Filters.module.css';
import { FilterText } from './FilterText.tsx';
import { FindBox } from './FindBox.tsx';
import { KindsChoice } from './KindsChoice.tsx';
import { BOXES, type LineageSearch, STEPS } from './lineageSearch.ts';
import { useGroupings } from './useGroupings.ts';
import { usePermissions } from './usePermissions.ts';
import type { PlacedGraph } from './usePlaced.ts';

interface Props {
  search: LineageSearch;
  request: LineageRequest;
  of: PlacedGraph | undefined;
  onChange: (to: Partial<LineageSearch>, replace?: boolean) => void;
  onFound: (found: Set<string> | null) => void;
}

const DEPTHS = ['0', '1', '2', '3', '4', '5', '10'].map((steps) => [steps, steps] as const);
const LIMITS = [50, BOXES, 500, 2000, 10_000];

export function Filters({ search, request, of, onChange, onFound }: Props) {
  // Only on narrow screens, where they would take the place of the picture.
  const [isOpen, setOpen] = useState(false);
  const groupings = useGroupings(request.project);
  const permissions = usePermissions(request.project);
  const depth = (name: 'up' | 'down') => (value: string) =>
    onChange({ [name]: Number(value) === STEPS ? undefined : Number(value) });
  const limit = search.boxes ?? BOXES;
  const limits = [...new Set([...LIMITS, limit])].sort((a, b) => a - b);
  return (
    <div className={styles.bar} data-open={isOpen}>
      <FindBox project={request.project} graph={of?.graph} onChange={onChange} onFound={onFound} />
      <div className={styles.more}>
        <Button icon={SlidersHorizontal} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Filters
        </Button>
      </div>
      <div className={styles.filters}>
        {request.focus && (
          <>
            <Select
              label="Upstream"
              value={String(request.upstream)}
              options={withValue(DEPTHS, request.upstream)}
              onChange={depth('up')}
            />
            <Select
              label="Downstream"
              value={String(request.downstream)}
              options={withValue(DEPTHS, request.downstream)}
              onChange={depth('down')}
            />
          </>
        )}
        <KindsChoice kinds={request.kinds} onChange={(kinds) => onChange({ kinds })} />
        <FilterText project={request.project} text={request.filter} onChange={(q) => onChange({ q })} />
        {permissions.length > 0 && (
          <Select
            label="Permission"
            value={search.permission ?? ''}
            options={withValue(
              [['', 'any'], ...permissions.map((name) => [name, name] as const)],
              search.permission,
            )}
            onChange={(permission) => onChange({ permission: permission || undefined })}
          />
        )}
        {!request.focus && (
          <Select
            label="Group by"
            value={search.group ?? ''}
            options={withValue(groupings, search.group)}
            onChange={(group) => onChange({ group, open: undefined })}
          />
        )}
        <Select
          label="Fold above"
          value={String(limit)}
          options={limits.map((limit) => [String(limit), limit >= 10_000 ? 'never' : `${limit} boxes`])}
          onChange={(value) => onChange({ boxes: Number(value) === BOXES ? undefined : Number(value) })}
        />
        {!request.focus && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={request.withUnrelated}
              onChange={({ target }) => onChange({ unrelated: target.checked || undefined })}
            />
            Without relations too
          </label>
        )}
      </div>
    </div>
  );
}

type Options = readonly (readonly [value: string, text: string])[];

/** With what came in the address and is not offered. */
function withValue(options: Options, value: string | number | undefined): Options {
  const text = String(value ?? '');
  return options.some(([value]) => value === text) ? options : [...options, [text, text.replace(':', ' ')]];
}
