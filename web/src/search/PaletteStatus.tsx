// What the palette says of its answer, also to screen readers.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { counted } from '../parts/format.ts';
import styles from './SearchPalette.module.css';
import type { Finding } from './useFound.ts';

interface Props {
  text: string;
  finding: Finding;
  /** How many are searched. */
  snapshots: number;
}

export function PaletteStatus({ text, finding: { found, isOld, error }, snapshots }: Props) {
  const where = snapshots > 1 ? `in ${snapshots} snapshots` : 'in this snapshot';
  const isEmpty = !isOld && found?.hits.length === 0;
  return (
    <>
      <Autocomplete.Status className="only-for-screen-readers">
        {!isOld && found && `${counted(found.total, 'hit')} ${where}`}
      </Autocomplete.Status>
      {isOld && !found && !error && <p className={styles.note}>Searching …</p>}
      {error && <p className={styles.note}>The search failed: {error.message}.</p>}
      {isEmpty && (
        <p className={styles.note}>
          Nothing {where} is like “{text.trim()}”. Fewer or shorter words find more.
        </p>
      )}
      {found?.isFuzzy && <p className={styles.note}>Nothing is spelled like that. Similar:</p>}
    </>
  );
}
