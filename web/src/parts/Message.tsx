// Words in place of content: nothing here, nothing found, something went wrong. What happened in the
// title, what to do below it.
import type { ReactNode } from 'react';
import styles from './Message.module.css';

interface Props {
  title: string;
  tone?: 'plain' | 'warning' | 'error';
  /** It is the whole page, so that its title is the page's heading. */
  isAlone?: boolean;
  children?: ReactNode;
}

export function Message({ title, tone = 'plain', isAlone = false, children }: Props) {
  const Title = isAlone ? 'h1' : 'p';
  return (
    <div
      className={styles.message}
      data-tone={tone}
      data-alone={isAlone}
      role={tone === 'error' ? 'alert' : undefined}
    >
      <Title className={styles.title}>{title}</Title>
      {children && <div className={styles.text}>{children}</div>}
    </div>
  );
}
