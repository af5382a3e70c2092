// What a permission applies to.
import { count } from '../parts/format.ts';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { ObjectPage } from '../registry/api.ts';
import { Folded } from './Folded.tsx';
import { None } from './None.tsx';
import styles from './UseList.module.css';

export function AppliesSection({ page: { applies, appliesTotal } }: { page: ObjectPage }) {
  const things = applies ?? [];
  if (things.length === 0) return <None>It matches nothing in this registry.</None>;
  const more = (appliesTotal ?? 0) - things.length;
  return (
    <>
      <Folded id="applies" of={things} first={40}>
        {(shown) => (
          <ul className={styles.uses}>
            {shown.map(({ ref }) => (
              <li key={`${ref.kind} ${ref.name}`}>
                <ThingLink to={ref} isFull />
              </li>
            ))}
          </ul>
        )}
      </Folded>
      {more > 0 && <None>And {count(more)} more.</None>}
    </>
  );
}
