// Two versions of a piece of code, side by side.
import { lazy, Suspense } from 'react';
import { Skeleton } from '../../parts/Skeleton.tsx';
import styles from './CodeDiff.module.css';
import './syntax.css';

const CodeDiffTable = lazy(() =>
  import('./CodeDiffTable.tsx').then((file) => ({ default: file.CodeDiffTable })),
);

interface Props {
  title: string;
  language: string;
  before: string;
  after: string;
  /** What the two sides are. */
  names: [string, string];
}

export function CodeDiff({ title, ...diff }: Props) {
  return (
    <div className={styles.diff}>
      <h3>{title}</h3>
      <Suspense fallback={<Skeleton lines={4} />}>
        <CodeDiffTable {...diff} title={title} />
      </Suspense>
    </div>
  );
}
