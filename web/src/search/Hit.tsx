// One hit: the thing, why it was found, and where it is.
import { KindIcon } from '../kinds/KindIcon.tsx';
import { shortName } from '../kinds/kinds.ts';
import type { SearchHit } from '../registry/api.ts';
import type { FoundHit } from './found.ts';
import styles from './Hit.module.css';
import { Marked } from './Marked.tsx';

const FIELDS: Record<SearchHit['field'], string> = {
  name: 'name',
  description: 'description',
  tag: 'tag',
  owner: 'owner',
  feature: 'feature',
  source: 'source',
  entity: 'entity',
};

interface Props {
  hit: FoundHit;
  /** Say which snapshot, which project. */
  withSnapshot: boolean;
  withProject: boolean;
}

export function Hit({ hit, withSnapshot, withProject }: Props) {
  const { ref, field, text, ranges, snapshot } = hit;
  const name = shortName(ref);
  // The name itself is marked where it is what matched, and whole.
  const isName = text === name;
  const view = ref.kind === 'Feature' ? ref.name.slice(0, ref.name.indexOf(':')) : null;
  const place = [withSnapshot && snapshot, withProject && ref.project].filter(Boolean).join(' / ');
  return (
    <span className={styles.hit}>
      <KindIcon kind={ref.kind} />
      <span className={styles.name} title={ref.name}>
        {isName ? <Marked text={text} ranges={ranges} /> : name}
      </span>
      <span className={styles.why}>
        {view !== null && <span className={styles.view}>of {view}</span>}
        {!isName && (
          <>
            <span className={styles.field}>{FIELDS[field]}</span> <Marked text={text} ranges={ranges} />
          </>
        )}
      </span>
      {place !== '' && <span className={styles.place}>{place}</span>}
    </span>
  );
}
