// The search that opens over any page: what is found in all open snapshots as one types, by kind. Enter
// goes to the best.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { kindInfo } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';
import { groupsOf } from './found.ts';
import { type PaletteEntry, PaletteItem } from './PaletteItem.tsx';
import { PaletteStatus } from './PaletteStatus.tsx';
import styles from './SearchPalette.module.css';
import { useFound, useReadySearch } from './useFound.ts';
import { waysOf } from './ways.ts';

const HITS = 60;
const PER_GROUP = 6;

interface Group {
  title: string;
  total: number | null;
  items: PaletteEntry[];
}

interface Props {
  snapshot: OpenSnapshot;
  /** Before this was there. */
  typed: string;
  onClose: () => void;
}

export function SearchPalette({ snapshot, typed, onClose }: Props) {
  const [text, setText] = useState(typed);
  const open = useSnapshots().filter((one): one is OpenSnapshot => one.state === 'open');
  useReadySearch(open);
  const finding = useFound(text, open, null, HITS);
  const at = addresses(snapshot.slug, useProject() ?? ALL_PROJECTS);
  const navigate = useNavigate();
  const { found, isOld } = finding;

  const places = {
    withSnapshot: open.length > 1,
    withProject: open.some(({ summary }) => summary.projects.length > 1),
  };
  const groups = found ? hitGroups() : text.trim() === '' ? [wayGroup()] : [];
  const go = (address: LinkProps) => {
    onClose();
    void navigate(address);
  };

  // Enter may be quicker than the answer: then it is the answer that goes.
  const isWaiting = useRef(false);
  useEffect(() => {
    if (isOld || !isWaiting.current) return;
    isWaiting.current = false;
    const best = groups[0]?.items[0];
    if (best) go(best.address);
  });
  const onKeyDown = (event: KeyboardEvent & { preventBaseUIHandler: () => void }) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventBaseUIHandler();
      if (text.trim() !== '') go(at.search(text.trim()));
    } else if (isOld) {
      event.preventBaseUIHandler();
      isWaiting.current = true;
    }
  };

  function hitGroups(): Group[] {
    if (!found || found.hits.length === 0) return [];
    const groups = groupsOf(found, PER_GROUP).map(
      ({ kind, hits, total }): Group => ({
        title: kindInfo(kind).plural,
        total,
        items: hits.map((hit) => ({
          what: 'hit',
          key: `${hit.snapshot} ${hit.ref.kind} ${hit.ref.project} ${hit.ref.name}`,
          hit,
          places,
          address: addresses(hit.snapshot, hit.ref.project).thing(hit.ref),
        })),
      }),
    );
    const isShown = new Set(found.hits.map(({ ref }) => ref.kind));
    const rest = found.byKind.filter(({ kind }) => !isShown.has(kind));
    const all = [{ kind: null, count: found.total }, ...rest].map(({ kind, count }): PaletteEntry => {
      const address = at.search(text.trim());
      return {
        what: 'all',
        key: `all ${kind}`,
        kind,
        total: count,
        address: { ...address, search: { ...address.search, kind: kind ?? undefined } },
      };
    });
    return [...groups, { title: '', total: null, items: all }];
  }

  function wayGroup(): Group {
    return {
      title: 'Go to',
      total: null,
      items: waysOf(at).map((way) => ({ what: 'way', key: way.id, way, address: way.address })),
    };
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label="Search">
          <Autocomplete.Root
            open
            inline
            items={groups}
            filter={null}
            autoHighlight="always"
            keepHighlight
            value={text}
            onValueChange={(value, { reason }) => {
              if (reason !== 'item-press') setText(value);
            }}
          >
            <div className={styles.field}>
              <Search size={16} aria-hidden="true" />
              <Autocomplete.Input
                className={styles.input}
                aria-label="Search names, descriptions, tags, owners, features and sources"
                placeholder="Search names, descriptions, tags, owners, features, sources"
                onKeyDown={onKeyDown}
                // The next key may come before the dialog moves the focus.
                autoFocus
              />
            </div>
            <PaletteStatus text={text} finding={finding} snapshots={open.length} />
            <Autocomplete.List className={styles.list} aria-busy={isOld}>
              {(group: Group) => (
                <Autocomplete.Group key={group.title} items={group.items} className={styles.group}>
                  {group.title !== '' && (
                    <Autocomplete.GroupLabel className={styles.label}>
                      {group.title}
                      {group.total !== null && <span className={styles.total}>{count(group.total)}</span>}
                    </Autocomplete.GroupLabel>
                  )}
                  <Autocomplete.Collection>
                    {(entry: PaletteEntry) => <PaletteItem key={entry.key} entry={entry} onGo={go} />}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <footer className={styles.footer}>
              <span>
                <kbd>↑</kbd> <kbd>↓</kbd> choose
              </span>
              <span>
                <kbd>Enter</kbd> open
              </span>
              <span>
                <kbd>Ctrl</kbd> <kbd>Enter</kbd> all hits
              </span>
              <Dialog.Close className={styles.close}>
                <kbd>Esc</kbd> close
              </Dialog.Close>
            </footer>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
