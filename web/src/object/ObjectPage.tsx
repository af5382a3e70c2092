// The page of a thing: an object of any kind, or a feature. A project's page is its home.
import { Navigate, useParams } from '@tanstack/react-router';
import { addresses, refOf } from '../addresses.ts';
import { NotFound } from '../frame/NotFound.tsx';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { FeatureContent } from './feature/FeatureContent.tsx';
import { ObjectContent } from './ObjectContent.tsx';

export function ObjectPage() {
  const ref = refOf(useParams({ from: '/$snapshot/$project/$kind/$name' }));
  const { slug } = useSnapshot();
  if (!ref) return <NotFound />;
  if (ref.kind === 'Project') return <Navigate {...addresses(slug, ref.name).home()} replace />;
  // A page of its own for each: what is folded out or in focus does not go along to the next.
  const key = `${ref.kind} ${ref.project} ${ref.name}`;
  return ref.kind === 'Feature' ? (
    <FeatureContent key={key} of={ref} />
  ) : (
    <ObjectContent key={key} of={ref} />
  );
}
