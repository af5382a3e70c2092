// A text with the stretches of it that matched.
import styles from './Marked.module.css';

export function Marked({ text, ranges }: { text: string; ranges: readonly [number, number][] }) {
  const pieces: React.ReactNode[] = [];
  let done = 0;
  for (const [start, end] of ranges) {
    pieces.push(text.slice(done, start));
    pieces.push(
      <mark key={start} className={styles.mark}>
        {text.slice(start, end)}
      </mark>,
    );
    done = end;
  }
  return (
    <>
      {pieces}
      {text.slice(done)}
    </>
  );
}
