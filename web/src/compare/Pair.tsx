// Which two snapshots are compared, to be chosen and swapped; and what a link to this needs.
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, ArrowRight } from 'lucide-react';
import { IconButton } from '../parts/IconButton.tsx';
import { Select } from '../parts/Select.tsx';
import { type OpenSnapshot, useSnapshots } from '../registry/snapshots.ts';
import type { CompareSearch } from './compareSearch.ts';
import { linkNeeds } from './linkNeeds.ts';
import styles from './Pair.module.css';

/** Chosen in place of a snapshot, to look for another one. */
const ANOTHER = '';

export function Pair({ before, after }: { before: OpenSnapshot; after: OpenSnapshot }) {
  const navigate = useNavigate();
  const open = useSnapshots().filter(({ state }) => state === 'open');
  const show = (before: string, after: string) =>
    void navigate({
      to: '/$snapshot/$project/compare',
      params: (was) => ({ snapshot: after, project: was.project ?? '' }),
      search: (was: CompareSearch) => ({ ...was, with: before || undefined, open: undefined }),
    });
  const options = open.map(({ slug, name }) => [slug, slug === name ? name : slug] as const);
  return (
    <div className={styles.pair}>
      <Select
        label="Before"
        value={before.slug}
        options={[...options, [ANOTHER, 'another…']]}
        onChange={(slug) => show(slug, after.slug)}
      />
      <ArrowRight size={16} aria-hidden="true" />
      <Select
        label="After"
        value={after.slug}
        options={options}
        onChange={(slug) => show(before.slug, slug)}
      />
      <IconButton label="Swap" icon={ArrowLeftRight} onClick={() => show(after.slug, before.slug)} />
      <p className={styles.note}>{linkNeeds(before, after)}</p>
    </div>
  );
}
