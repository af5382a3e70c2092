// A tag, as a link to the things of a list that have it.
import { hrefOf, useAddresses } from '../addresses.ts';
import { filterWord } from '../list/filterText.ts';
import type { CollectionId } from '../registry/api.ts';
import styles from './TagChip.module.css';

export function TagChip({
  tag: [key, value],
  collection,
}: {
  tag: [string, string];
  collection: CollectionId;
}) {
  const at = useAddresses();
  const text = value === '' ? key : `${key}=${value}`;
  return (
    <a href={hrefOf(at.list(collection, filterWord('tag', text)))} className={styles.tag} title={text}>
      {key}
      {value !== '' && <span className={styles.value}>={value}</span>}
    </a>
  );
}
