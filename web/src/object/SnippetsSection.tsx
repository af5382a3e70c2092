// How to use it: from Python, over HTTP, on the command line.
import type { ObjectPage } from '../registry/api.ts';
import styles from './CodeSection.module.css';
import { Code } from './code/Code.tsx';

export function SnippetsSection({ page: { snippets } }: { page: Pick<ObjectPage, 'snippets'> }) {
  return snippets.map(({ title, language, text }) => (
    <div key={title} className={styles.part}>
      <h3>{title}</h3>
      <Code text={text} language={language} what={`the snippet for ${title}`} />
    </div>
  ));
}
