// Things that use or are used, and how.

import { count } from '../parts/format.ts';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Use } from '../registry/api.ts';
import { Folded } from './Folded.tsx';
import { None } from './None.tsx';
import styles from './UseList.module.css';

interface Props {
  id: string;
  uses: readonly Use[];
  /** How many there are, listed or not. */
  total: number;
}

export function UseList({ id, uses, total }: Props) {
  return (
    <>
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
      {total > uses.length && <None>And {count(total - uses.length)} more.</None>}
    </>
  );
}
