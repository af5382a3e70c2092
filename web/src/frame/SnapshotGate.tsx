// Before every page of a snapshot: is it open? While it is being read this shows how far; where it is
// not open, how to open it.
import { Navigate, Outlet, useParams } from '@tanstack/react-router';
import { homeProject } from '../addresses.ts';
import { NotOpen } from '../open/NotOpen.tsx';
import { OpeningProgress } from '../open/OpeningProgress.tsx';
import { useSnapshots } from '../registry/snapshots.ts';
import { InSnapshot } from './InSnapshot.tsx';

export function SnapshotGate() {
  const { snapshot: slug } = useParams({ from: '/$snapshot' });
  const { project } = useParams({ strict: false });
  const snapshot = useSnapshots().find((open) => open.slug === slug);
  switch (snapshot?.state) {
    case 'open':
      // The address of a snapshot alone is that of its first page.
      if (project === undefined) return <Navigate {...homeProject(snapshot)} replace />;
      return (
        <InSnapshot snapshot={snapshot}>
          <Outlet />
        </InSnapshot>
      );
    case 'opening':
      return <OpeningProgress snapshot={snapshot} />;
    default:
      return <NotOpen slug={slug} failed={snapshot ?? null} />;
  }
}
