// Grey bars where text will be.
import styles from './Skeleton.module.css';

/** `lines` bars, of lengths that look like text; said once by screen readers. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  const widths = ['62%', '88%', '74%', '46%'];
  return (
    <div className={styles.skeleton} role="status">
      <span className="only-for-screen-readers">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place
        <span key={line} className={styles.bar} style={{ width: widths[line % widths.length] }} />
      ))}
    </div>
  );
}
