// Features of the same name in other views.
import { ThingLink } from '../../parts/ThingLink.tsx';
import type { FeaturePage } from '../../registry/api.ts';
import { Folded } from '../Folded.tsx';
import styles from '../UseList.module.css';

export function NamesakesSection({ page: { alsoNamed } }: { page: FeaturePage }) {
  return (
    <Folded id="namesakes" of={alsoNamed}>
      {(shown) => (
        <ul className={styles.uses}>
          {shown.map((ref) => (
            <li key={`${ref.project} ${ref.name}`}>
              <ThingLink to={ref} isFull />
            </li>
          ))}
        </ul>
      )}
    </Folded>
  );
}
