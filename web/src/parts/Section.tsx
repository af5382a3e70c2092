// A part of a page with its heading, and what belongs beside the heading.
import type { ReactNode } from 'react';
import styles from './Section.module.css';

interface Props {
  title: string;
  /** For links to it. */
  id?: string;
  /** At the right end of the heading's line. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, id, aside, children }: Props) {
  return (
    <section id={id} className={styles.section}>
      <header className={styles.header}>
        <h2>{title}</h2>
        {aside && <div className={styles.aside}>{aside}</div>}
      </header>
      {children}
    </section>
  );
}
