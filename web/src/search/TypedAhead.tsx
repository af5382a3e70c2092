// In the place of the search while its chunk is still being loaded: takes what is typed.
import { useEffect, useRef } from 'react';
import { SearchField } from './SearchField.tsx';
import styles from './TypedAhead.module.css';

export function TypedAhead({ onType, onClose }: { onType: (text: string) => void; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <SearchField className={styles.field}>
      <input
        ref={input}
        aria-label="Search"
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        onBlur={(event) => event.target.isConnected && onClose()}
      />
    </SearchField>
  );
}
