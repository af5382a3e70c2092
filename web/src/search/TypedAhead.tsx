// In the place of the search while its chunk is still being loaded: takes what is typed.
import { Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import styles from './TypedAhead.module.css';

export function TypedAhead({ onType, onClose }: { onType: (text: string) => void; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <div className={styles.field}>
      <Search size={16} aria-hidden="true" />
      <input
        ref={input}
        className={styles.input}
        aria-label="Search"
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        onBlur={(event) => event.target.isConnected && onClose()}
      />
    </div>
  );
}
