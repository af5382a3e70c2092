// The search that opens over any page: what is found in all open snapshots as one types, by kind. Enter
// goes to the best.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { count } from '../parts/format.ts';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';
import { PaletteItem } from './PaletteItem.tsx';
import { PaletteStatus } from './PaletteStatus.tsx';
import { hitGroups, type PaletteEntry, type PaletteGroup, wayGroups } from './paletteGroups.ts';
import { SearchField } from './SearchField.tsx';
import styles from './SearchPalette.module.css';
import { useFound, useReadySearch } from './useFound.ts';

const HITS = 60;

interface Props {
  snapshot: OpenSnapshot;
  /** Before this was there. */
  typed: string;
  onClose: () => void;
}

export function SearchPalette({ snapshot, typed, onClose }: Props) {
  const [text, setText] = useState(typed);
  const snapshots = useSnapshots();
  const open = useMemo(
    () => snapshots.filter((one): one is OpenSnapshot => one.state === 'open'),
    [snapshots],
  );
  useReadySearch(open);
  const finding = useFound(text, open, null, HITS);
  const project = useProject() ?? ALL_PROJECTS;
  const at = useMemo(() => addresses(snapshot.slug, project), [snapshot.slug, project]);
  const navigate = useNavigate();
  const { found, isOld } = finding;
  const isEmpty = text.trim() === '';

  // The same as long as the answer is: with each key, only what it changes is drawn again.
  const groups = useMemo(() => {
    if (!found) return isEmpty ? wayGroups(at) : [];
    const withProject = open.some(({ summary }) => summary.projects.length > 1);
    return hitGroups(found, at, { withSnapshot: open.length > 1, withProject });
  }, [found, isEmpty, at, open]);
  const go = useCallback(
    (address: LinkProps) => {
      onClose();
      void navigate(address);
    },
    [onClose, navigate],
  );

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
      if (!isEmpty) go(at.search(text.trim()));
    } else if (isOld) {
      event.preventBaseUIHandler();
      isWaiting.current = true;
    }
  };

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
            <SearchField className={styles.field}>
              <Autocomplete.Input
                aria-label="Search names, descriptions, tags, owners, features and sources"
                placeholder="Search names, descriptions, tags, owners, features, sources"
                onKeyDown={onKeyDown}
                // The next key may come before the dialog moves the focus.
                autoFocus
              />
            </SearchField>
            <PaletteStatus text={text} finding={finding} snapshots={open.length} />
            <Autocomplete.List className={styles.list} aria-busy={isOld}>
              {(group: PaletteGroup) => <Group key={group.title} group={group} onGo={go} />}
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

const Group = memo(function Group({ group, onGo }: { group: PaletteGroup; onGo: (to: LinkProps) => void }) {
  const { title, total, items } = group;
  return (
    <Autocomplete.Group items={items} className={styles.group}>
      {title !== '' && (
        <Autocomplete.GroupLabel className={styles.label}>
          {title}
          {total !== null && <span className={styles.total}>{count(total)}</span>}
        </Autocomplete.GroupLabel>
      )}
      <Autocomplete.Collection>
        {(entry: PaletteEntry) => <PaletteItem key={entry.key} entry={entry} onGo={onGo} />}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  );
});
