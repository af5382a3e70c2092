// Which kinds are drawn.
import { ChevronDown } from 'lucide-react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { KINDS } from '../kinds/kinds.ts';
import { writeList } from '../parts/addressList.ts';
import { Button } from '../parts/Button.tsx';
import { Popover } from '../parts/Popover.tsx';
import type { Thing } from '../registry/api.ts';
import styles from './KindsChoice.module.css';

/** Those that come from something or lead to something. */
const RELATED = KINDS.filter(({ kind }) => !['Project', 'Feature', 'Permission', 'Infra'].includes(kind));

interface Props {
  /** null: all. */
  kinds: Thing[] | null;
  onChange: (kinds: string | undefined) => void;
}

export function KindsChoice({ kinds, onChange }: Props) {
  const isShown = (kind: Thing) => kinds === null || kinds.includes(kind);
  const shown = RELATED.filter(({ kind }) => isShown(kind));
  const toggle = (kind: Thing, isOn: boolean) => {
    const next = RELATED.filter((info) => (info.kind === kind ? isOn : isShown(info.kind)));
    onChange(next.length === RELATED.length ? undefined : writeList(next.map(({ slug }) => slug)));
  };
  return (
    <Popover
      label="Kinds that are drawn"
      trigger={
        <Button>
          {kinds === null ? 'All kinds' : `${shown.length} of ${RELATED.length} kinds`}
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
      }
    >
      <ul>
        {RELATED.map(({ kind, plural }) => (
          <li key={kind}>
            <label className={styles.kind}>
              <input
                type="checkbox"
                checked={isShown(kind)}
                // The last one stays, or there would be nothing to see.
                disabled={shown.length === 1 && isShown(kind)}
                onChange={({ target }) => toggle(kind, target.checked)}
              />
              <KindIcon kind={kind} />
              {plural}
            </label>
          </li>
        ))}
      </ul>
      <Button disabled={kinds === null} onClick={() => onChange(undefined)}>
        All kinds
      </Button>
    </Popover>
  );
}
