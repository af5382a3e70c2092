// One section of an object's page: a heading that can be linked to, how many there are, content.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { count as written } from '../parts/format.ts';
import styles from './Section.module.css';

interface Props {
  id: string;
  title: string;
  count?: number | null;
  /** Beside the heading. */
  tools?: ReactNode;
  children: ReactNode;
}

export function Section({ id, title, count = null, tools, children }: Props) {
  return (
    <section
      id={sectionElement(id)}
      className={styles.section}
      aria-labelledby={`${sectionElement(id)}-title`}
    >
      <div className={styles.heading}>
        <h2 id={`${sectionElement(id)}-title`} className={styles.title} tabIndex={-1}>
          <Link
            to="."
            search={(was) => ({ ...was, section: id })}
            resetScroll={false}
            className={styles.link}
            title="Link to this section"
          >
            {title}
          </Link>
        </h2>
        {count !== null && <span className={styles.count}>{written(count)}</span>}
        {tools && <div className={styles.tools}>{tools}</div>}
      </div>
      {children}
    </section>
  );
}

export function sectionElement(id: string): string {
  return `section-${id}`;
}
