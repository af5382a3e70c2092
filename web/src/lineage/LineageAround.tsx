// A small lineage of one thing, for its page. What draws it is loaded when it first comes into view.
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Ref } from '../registry/api.ts';

const AroundPicture = lazy(() =>
  import('./AroundPicture.tsx').then((file) => ({ default: file.AroundPicture })),
);

export function LineageAround({ of: ref }: { of: Ref }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const waiting = <Skeleton lines={4} label="Drawing the lineage" />;
  return (
    <div ref={place}>
      {isSeen ? (
        <Suspense fallback={waiting}>
          <AroundPicture of={ref} />
        </Suspense>
      ) : (
        waiting
      )}
    </div>
  );
}
