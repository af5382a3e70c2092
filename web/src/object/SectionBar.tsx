// The sections of a page under a bar of links to them, which stays in view. The one that the address
// names is scrolled to.
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { count as written } from '../parts/format.ts';
import { Section, sectionElement } from './Section.tsx';
import styles from './SectionBar.module.css';
import type { SectionInfo } from './SectionInfo.ts';
import { useObjectSearch } from './useObjectSearch.ts';

export function SectionBar<P>({ sections, of: page }: { sections: readonly SectionInfo<P>[]; of: P }) {
  const [{ section: linked }] = useObjectSearch();
  useEffect(() => {
    if (linked === undefined) return;
    const section = document.getElementById(sectionElement(linked));
    section?.scrollIntoView();
    section?.querySelector('h2')?.focus({ preventScroll: true });
  }, [linked]);
  return (
    <>
      <nav className={styles.bar} aria-label="Sections">
        {sections.map(({ id, title, count }) => (
          <Link
            key={id}
            to="."
            search={(was) => ({ ...was, section: id })}
            resetScroll={false}
            className={styles.link}
            aria-current={id === linked ? 'location' : undefined}
            // A second click goes there again, though the address stays.
            onClick={() => document.getElementById(sectionElement(id))?.scrollIntoView()}
          >
            {title}
            {count && count(page) !== null && (
              <span className={styles.count}>{written(count(page) ?? 0)}</span>
            )}
          </Link>
        ))}
      </nav>
      {sections.map(({ id, title, count, tools: Tools, content: Content }) => (
        <Section
          key={id}
          id={id}
          title={title}
          count={count?.(page) ?? null}
          tools={Tools && <Tools page={page} />}
        >
          <Content page={page} />
        </Section>
      ))}
    </>
  );
}
