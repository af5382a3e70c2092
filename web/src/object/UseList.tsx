// Things that use or are used, and how.
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Use } from '../registry/api.ts';
import { Folded } from './Folded.tsx';
import styles from './UseList.module.css';

export function UseList({ id, uses }: { id: string; uses: readonly Use[] }) {
  return (
    <Folded id={id} of={uses}>
      {(shown) => (
        <ul className={styles.uses}>
          {shown.map(({ ref, how, isMissing }) => (
            <li key={`${ref.kind} ${ref.project} ${ref.name} ${how}`}>
              <ThingLink to={ref} isMissing={isMissing} isFull />
              <span className={styles.how}>{how}</span>
            </li>
          ))}
        </ul>
      )}
    </Folded>
  );
}
