// Some words in a row: roles, actions, patterns.
import styles from './Words.module.css';

export function Words({ of: words, none }: { of: readonly string[]; none: string }) {
  if (words.length === 0) return <span className={styles.none}>{none}</span>;
  return (
    <span className={styles.words}>
      {words.map((word) => (
        <code key={word}>{word}</code>
      ))}
    </span>
  );
}
