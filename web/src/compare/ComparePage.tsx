// What differs between two open snapshots: staging and production, yesterday and today.
import { useSearch } from '@tanstack/react-router';
import { Page } from '../frame/Page.tsx';
import { NotOpen } from '../open/NotOpen.tsx';
import { OpeningProgress } from '../open/OpeningProgress.tsx';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useSnapshots } from '../registry/snapshots.ts';
import { ChooseOther } from './ChooseOther.tsx';
import { Compared } from './Compared.tsx';

export function ComparePage() {
  const after = useSnapshot();
  const search = useSearch({ from: '/$snapshot/$project/compare' });
  const before = useSnapshots().find(({ slug }) => slug === search.with);
  if (search.with === undefined) {
    return (
      <Page title="Compare">
        <ChooseOther after={after} />
      </Page>
    );
  }
  switch (before?.state) {
    case 'open':
      return <Compared before={before} after={after} search={search} />;
    case 'opening':
      return <OpeningProgress snapshot={before} />;
    default:
      // The link of somebody else, perhaps: what they compared with has to be opened here as well.
      return <NotOpen slug={search.with} failed={before ?? null} />;
  }
}
