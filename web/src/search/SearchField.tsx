// The look of what one types a search into: in the palette, in its place before it is there, and on the page.
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './SearchField.module.css';

/** Around an input; the class says where it stands. */
export function SearchField({ className, children }: { className: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the input is among the children, and has a label of its own
    <label className={`${styles.field} ${className}`}>
      <Search size={16} aria-hidden="true" />
      {children}
    </label>
  );
}
