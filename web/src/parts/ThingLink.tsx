// A thing wherever it is mentioned: its icon and name, as a link to its page.
import { hrefOf, useAddresses } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo, shortName } from '../kinds/kinds.ts';
import type { Ref } from '../registry/api.ts';
import styles from './ThingLink.module.css';

interface Props {
  to: Ref;
  /** Referred to, but not in the registry: no link. */
  isMissing?: boolean;
  /** A feature with its view's name. */
  isFull?: boolean;
}

export function ThingLink({ to, isMissing = false, isFull = false }: Props) {
  const at = useAddresses();
  const name = isFull ? to.name : shortName(to);
  const content = (
    <>
      <KindIcon kind={to.kind} />
      <span className="only-for-screen-readers">{kindInfo(to.kind).singular}</span>
      <span className={styles.name}>{name}</span>
    </>
  );
  if (isMissing) {
    return (
      <span className={styles.thing} title={`There is no such ${kindInfo(to.kind).singular}`} data-missing>
        {content}
        <span className={styles.missing}>missing</span>
      </span>
    );
  }
  return (
    <a href={hrefOf(at.thing(to))} className={styles.thing} title={to.name}>
      {content}
    </a>
  );
}
