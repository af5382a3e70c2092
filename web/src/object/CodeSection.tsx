// The code in an object: transformations and user-defined functions. It is shown, never run.
import type { ObjectPage } from '../registry/api.ts';
import styles from './CodeSection.module.css';
import { Code } from './code/Code.tsx';
import { None } from './None.tsx';

export function CodeSection({ page: { code } }: { page: ObjectPage }) {
  return code.map(({ title, language, text, note }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: titles may be alike
    <div key={index} className={styles.part}>
      <h3>{title}</h3>
      {note && <p className={styles.note}>{note}</p>}
      {text === '' ? (
        <None>Its source text is not in the registry.</None>
      ) : (
        <Code text={text} language={language} what="the code" />
      )}
    </div>
  ));
}
