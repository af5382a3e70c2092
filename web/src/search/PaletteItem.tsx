// One line of the palette: a hit, a page to go to, or the way to all hits.
import { Autocomplete } from '@base-ui/react/autocomplete';
import type { LinkProps } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import { counted } from '../parts/format.ts';
import type { Thing } from '../registry/api.ts';
import { Hit } from './Hit.tsx';
import styles from './PaletteItem.module.css';
import type { PaletteEntry } from './paletteGroups.ts';
import type { Way } from './ways.ts';

interface Props {
  entry: PaletteEntry;
  onGo: (address: LinkProps) => void;
}

export function PaletteItem({ entry, onGo }: Props) {
  return (
    <Autocomplete.Item value={entry} className={styles.item} onClick={() => onGo(entry.address)}>
      <Content entry={entry} />
    </Autocomplete.Item>
  );
}

function Content({ entry }: { entry: PaletteEntry }) {
  switch (entry.what) {
    case 'hit':
      return <Hit hit={entry.hit} {...entry.places} />;
    case 'way':
      return <WayLine way={entry.way} />;
    case 'all':
      return <AllLine kind={entry.kind} total={entry.total} />;
  }
}

/** To the search page, with hits of all kinds or of one. */
function AllLine({ kind, total }: { kind: Thing | null; total: number }) {
  const { singular, plural } = kind ? kindInfo(kind) : { singular: 'hit', plural: 'hits' };
  return (
    <span className={styles.line}>
      {kind ? <KindIcon kind={kind} /> : <ListFilter size={14} strokeWidth={1.75} aria-hidden="true" />}
      Show {total === 1 ? 'the' : 'all'} {counted(total, singular, plural)}
    </span>
  );
}

function WayLine({ way: { icon: Icon, kind, label, keys } }: { way: Way }) {
  return (
    <span className={styles.line} data-kind={kind ?? undefined}>
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" className={styles.icon} />
      {label}
      <span className={styles.keys}>
        {keys.split(' ').map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
    </span>
  );
}
