// One page of a snapshot: breadcrumb, heading, its tools, content. Also the tab's title.
import { type ReactNode, useEffect, useRef } from 'react';
import { KindIcon } from '../kinds/KindIcon.tsx';
import type { Thing } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { Breadcrumb } from './Breadcrumb.tsx';
import styles from './Page.module.css';

interface Props {
  title: string;
  /** What the breadcrumb calls it, if not by its title. */
  crumb?: string;
  /** Set for a thing's own page: its icon, and its name in the monospaced face. */
  kind?: Thing;
  /** Beside the heading. */
  tools?: ReactNode;
  /** The content fills the window and scrolls by itself (lists, graphs). */
  isFull?: boolean;
  children: ReactNode;
}

export function Page({ title, crumb = title, kind, tools, isFull = false, children }: Props) {
  const { slug } = useSnapshot();
  return (
    <article className={styles.page} data-full={isFull}>
      <title>{`${title} · ${slug} · Feast registry`}</title>
      <header className={styles.header}>
        <Breadcrumb here={crumb} />
        <div className={styles.heading}>
          <div className={styles.name}>
            {kind && <KindIcon kind={kind} size={20} />}
            <Heading text={title} isName={kind !== undefined} />
          </div>
          {tools && <div className={styles.tools}>{tools}</div>}
        </div>
      </header>
      {children}
    </article>
  );
}

/** Takes the focus when the page is come to, so that the keyboard and a screen reader start there. */
function Heading({ text, isName }: { text: string; isName: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is another page
  useEffect(() => {
    const { activeElement } = document;
    // With the next frame, which lays the page out anyway; unless something else has taken the focus meanwhile.
    const soon = requestAnimationFrame(() => {
      if (document.activeElement === activeElement) heading.current?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(soon);
  }, [text]);
  return (
    <h1 ref={heading} tabIndex={-1} className={isName ? `${styles.title} mono` : styles.title}>
      {text}
    </h1>
  );
}
