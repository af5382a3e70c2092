// What changed last, and whose it is.
import { Link } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { kindInfo } from '../kinds/kinds.ts';
import { filterWord } from '../list/filterText.ts';
import { Age } from '../parts/Age.tsx';
import { Message } from '../parts/Message.tsx';
import { Section } from '../parts/Section.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { Home, Ref } from '../registry/api.ts';
import styles from './Lines.module.css';

const SHOWN = 12;

export function Recent({ recent, now }: { recent: Home['recent']; now: number }) {
  return (
    <Section title="Changed last">
      {recent.length === 0 ? (
        <Message title="Nothing says when it changed">
          The objects of this registry carry no times, or there are none.
        </Message>
      ) : (
        <ul className={styles.lines}>
          {recent.slice(0, SHOWN).map(({ ref, owner, at, isNew }) => (
            <li key={`${ref.kind} ${ref.project} ${ref.name}`} className={styles.line}>
              <ThingLink to={ref} />
              <span className={styles.detail}>
                {isNew && <span className={styles.new}>new</span>}
                <Owner owner={owner} of={ref} />
              </span>
              <span className={styles.figure}>
                <Age at={at} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Owner({ owner, of }: { owner: string; of: Ref }) {
  const at = useAddresses();
  const { collection } = kindInfo(of.kind);
  if (owner === '') return <span className={styles.none}>no owner</span>;
  if (!collection) return owner;
  return <Link {...at.list(collection, filterWord('owner', owner))}>{owner}</Link>;
}
