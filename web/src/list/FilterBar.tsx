// The filter as text, with suggestions for the word at the cursor. It takes effect as one types.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { useQuery } from '@tanstack/react-query';
import { ListFilter, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useShortcut } from '../frame/shortcuts.ts';
import { count } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import type { ListRequest, Suggestion } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { question } from '../registry/useAnswer.ts';
import styles from './FilterBar.module.css';
import { wordAt } from './filterText.ts';
import { useListSearch } from './useListSearch.ts';

/** Between a key and its effect; long enough for the next key. */
const PAUSE_MS = 120;

export function FilterBar({ request, singular }: { request: ListRequest; singular: string }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useTypedFilter();
  const [cursor, setCursor] = useState(text.length);
  const word = wordAt(text, cursor);
  const suggestions = useSuggestions(request, word.text);
  useShortcut('filter', () => input.current?.focus());

  const completed = (suggestion: Suggestion) =>
    `${text.slice(0, word.start)}${suggestion.text} ${text.slice(word.end).trimStart()}`;
  const type = (to: string) => {
    setText(to);
    setCursor(input.current?.selectionStart ?? to.length);
  };
  return (
    <search className={styles.filter}>
      <Autocomplete.Root
        items={suggestions}
        filter={null}
        mode="none"
        openOnInputClick
        value={text}
        onValueChange={type}
        itemToStringValue={completed}
      >
        <ListFilter size={14} className={styles.icon} aria-hidden="true" />
        <Autocomplete.Input
          ref={input}
          className={styles.input}
          aria-label="Filter"
          placeholder={`Filter: a text, owner:ann, tag:tier=gold, stale …`}
          title={`Each ${singular} must match all words; a word with - before it must not match`}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        />
        {text !== '' && (
          <IconButton label="Clear the filter" icon={X} size={12} onClick={() => setText('')} />
        )}
        <Autocomplete.Portal>
          <Autocomplete.Positioner className={styles.positioner} sideOffset={4} align="start">
            <Autocomplete.Popup className={styles.popup}>
              <Autocomplete.List className={styles.list}>
                {(suggestion: Suggestion) => (
                  <Autocomplete.Item key={suggestion.text} value={suggestion} className={styles.item}>
                    <code>{suggestion.text}</code>
                    {suggestion.label !== suggestion.text && (
                      <span className={styles.label}>{suggestion.label}</span>
                    )}
                    {suggestion.count !== null && (
                      <span className={styles.count}>{count(suggestion.count)}</span>
                    )}
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
    </search>
  );
}

/** What is typed; the address follows after a pause, and leads when it changes by itself. */
function useTypedFilter(): [string, (text: string) => void] {
  const [{ q = '' }, change] = useListSearch();
  const [text, setText] = useState(q);
  const written = useRef(q);
  useEffect(() => {
    if (q !== written.current) setText(q);
    written.current = q;
  }, [q]);
  useEffect(() => {
    const filter = text.trim();
    if (filter === written.current) return;
    const timer = setTimeout(() => {
      written.current = filter;
      change({ q: filter });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, change]);
  return [text, setText];
}

function useSuggestions(request: ListRequest, word: string): Suggestion[] {
  const { id } = useSnapshot();
  const query = useQuery({
    ...question(id, 'suggest', request, word),
    placeholderData: (previous) => previous,
  });
  return query.data ?? [];
}
