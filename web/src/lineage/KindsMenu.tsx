// Which kinds are drawn.
import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { KINDS } from '../kinds/kinds.ts';
import { Button } from '../parts/Button.tsx';
import type { Thing } from '../registry/api.ts';
import { writeList } from './lineageSearch.ts';
import styles from './Menu.module.css';

/** Those that come from something or lead to something. */
const RELATED = KINDS.filter(({ kind }) => !['Project', 'Feature', 'Permission', 'Infra'].includes(kind));

interface Props {
  /** null: all. */
  kinds: Thing[] | null;
  onChange: (kinds: string | undefined) => void;
}

export function KindsMenu({ kinds, onChange }: Props) {
  const isShown = (kind: Thing) => kinds === null || kinds.includes(kind);
  const shown = RELATED.filter(({ kind }) => isShown(kind));
  const toggle = (kind: Thing, isOn: boolean) => {
    const next = RELATED.filter((info) => (info.kind === kind ? isOn : isShown(info.kind)));
    onChange(next.length === RELATED.length ? undefined : writeList(next.map(({ slug }) => slug)));
  };
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button />}>
        {kinds === null ? 'All kinds' : `${shown.length} of ${RELATED.length} kinds`}
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="start" className={styles.positioner}>
          <Menu.Popup className={styles.popup} aria-label="Kinds that are drawn">
            {RELATED.map(({ kind, plural }) => (
              <Menu.CheckboxItem
                key={kind}
                className={styles.item}
                checked={isShown(kind)}
                // The last one stays, or there would be nothing to see.
                disabled={shown.length === 1 && isShown(kind)}
                closeOnClick={false}
                onCheckedChange={(isOn) => toggle(kind, isOn)}
              >
                <span className={styles.mark}>
                  <Menu.CheckboxItemIndicator>
                    <Check size={14} aria-hidden="true" />
                  </Menu.CheckboxItemIndicator>
                </span>
                <KindIcon kind={kind} />
                {plural}
              </Menu.CheckboxItem>
            ))}
            {kinds !== null && (
              <>
                <Menu.Separator className={styles.separator} />
                <Menu.Item className={styles.item} onClick={() => onChange(undefined)}>
                  <span className={styles.mark} />
                  All kinds
                </Menu.Item>
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
