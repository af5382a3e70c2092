// Finds a box of the picture, or a thing that is not among them to put it in the middle.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { useQuery } from '@tanstack/react-query';
import { Crosshair, Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { useShortcut } from '../frame/shortcuts.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo } from '../kinds/kinds.ts';
import type { Graph, Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { question } from '../registry/useAnswer.ts';
import styles from './FindBox.module.css';
import { findBoxes } from './findBoxes.ts';
import { type LineageSearch, writeAround } from './lineageSearch.ts';

interface Props {
  project: string;
  graph: Graph | undefined;
  onChange: (to: Partial<LineageSearch>, replace?: boolean) => void;
  onFound: (found: Set<string> | null) => void;
}
interface Hit {
  id: string;
  ref: Ref | null;
  kind: Ref['kind'];
  label: string;
  isDrawn: boolean;
}

const MOST = 8;

export function FindBox({ project, graph, onChange, onFound }: Props) {
  const { id: snapshot } = useSnapshot();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useShortcut('filter', () => input.current?.focus());
  const wanted = text.trim();
  const search = useQuery({
    ...question(snapshot, 'search', wanted, project, 2 * MOST),
    enabled: wanted !== '',
    placeholderData: (previous) => previous,
  });
  const drawn = graph ? findBoxes(graph, wanted) : [];
  const elsewhere = wanted === '' ? [] : (search.data?.hits ?? []).map(({ ref }) => ref);
  const groups = hitGroups(drawn, elsewhere);

  const type = (value: string) => {
    setText(value);
    const found = graph && value.trim() !== '' ? findBoxes(graph, value.trim()) : null;
    onFound(found && new Set(found.map(({ id }) => id)));
  };
  const take = ({ id, ref, isDrawn }: Hit) => {
    type('');
    if (isDrawn) onChange({ at: id }, true);
    else if (ref) onChange({ around: writeAround(ref), at: undefined, open: undefined });
  };
  return (
    <Autocomplete.Root
      items={groups}
      filter={null}
      value={text}
      onValueChange={(value, { reason }) => reason !== 'item-press' && type(value)}
      itemToStringValue={(hit: Hit) => hit.label}
      autoHighlight
    >
      <span className={styles.field}>
        <Search size={14} aria-hidden="true" className={styles.icon} />
        <Autocomplete.Input
          ref={input}
          className={styles.input}
          placeholder="Find, or put in the middle"
          aria-label="Find in the lineage"
        />
        {wanted !== '' && <span className={styles.count}>{drawn.length} drawn</span>}
      </span>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} align="start" className={styles.positioner}>
          <Autocomplete.Popup className={styles.popup}>
            <Autocomplete.Empty className={styles.empty}>
              {wanted === '' || search.isFetching ? null : `Nothing here is called “${wanted}”.`}
            </Autocomplete.Empty>
            <Autocomplete.List>
              {(group: HitGroup) => (
                <Autocomplete.Group key={group.label} items={group.items}>
                  <Autocomplete.GroupLabel className={styles.group}>{group.label}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(hit: Hit) => (
                      <Autocomplete.Item
                        key={hit.id}
                        value={hit}
                        className={styles.item}
                        onClick={() => take(hit)}
                      >
                        <KindIcon kind={hit.kind} />
                        <span className={styles.label}>{hit.label}</span>
                        {hit.isDrawn ? (
                          <span className={styles.kind}>{kindInfo(hit.kind).singular}</span>
                        ) : (
                          <Crosshair size={14} aria-label="put in the middle" className={styles.kind} />
                        )}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}

interface HitGroup {
  label: string;
  items: Hit[];
}

function hitGroups(drawn: Graph['nodes'], elsewhere: Ref[]): HitGroup[] {
  const here = drawn
    .slice(0, MOST)
    .map(({ id, ref, kind, label }) => ({ id, ref, kind, label, isDrawn: true }));
  const ids = new Set(drawn.map(({ id }) => id));
  const others = elsewhere
    .map((ref) => ({ id: `${ref.kind}/${ref.name}`, ref, kind: ref.kind, label: ref.name, isDrawn: false }))
    .filter(({ id, kind }) => !ids.has(id) && kind !== 'Project' && kind !== 'Permission')
    .slice(0, MOST);
  return [
    { label: 'In the picture', items: here },
    { label: 'Put in the middle', items: others },
  ].filter(({ items }) => items.length > 0);
}
