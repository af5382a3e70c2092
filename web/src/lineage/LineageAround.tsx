// A small lineage of one thing, for its page. What draws it is loaded when it is first shown.
import { lazy, Suspense } from 'react';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Ref } from '../registry/api.ts';

const AroundPicture = lazy(() =>
  import('./AroundPicture.tsx').then((file) => ({ default: file.AroundPicture })),
);

export function LineageAround({ of: ref }: { of: Ref }) {
  return (
    <Suspense fallback={<Skeleton lines={4} label="Drawing the lineage" />}>
      <AroundPicture of={ref} />
    </Suspense>
  );
}
