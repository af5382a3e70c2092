// In place of an empty section: what its being empty means.
import type { ReactNode } from 'react';
import styles from './None.module.css';

export function None({ children }: { children: ReactNode }) {
  return <p className={styles.none}>{children}</p>;
}
