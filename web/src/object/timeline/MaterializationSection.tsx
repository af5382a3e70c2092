// What was materialized when: the warning about a future interval, the chart, and the same as a table.
import { lazy, Suspense } from 'react';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { age } from '../../parts/format.ts';
import { Message } from '../../parts/Message.tsx';
import type { Materialization, ObjectPage } from '../../registry/api.ts';
import { useSnapshot } from '../../registry/SnapshotContext.ts';
import { None } from '../None.tsx';
import { useObjectSearch } from '../useObjectSearch.ts';
import { EntryTable } from './EntryTable.tsx';
import styles from './MaterializationSection.module.css';
import { around, readSpan, usualOf, wholeOf, within, writeSpan } from './spans.ts';

const Timeline = lazy(() => import('./Timeline.tsx').then((file) => ({ default: file.Timeline })));

export function MaterializationSection({ page: { materialization } }: { page: ObjectPage }) {
  const { now } = useSnapshot();
  const [{ zoom }, change] = useObjectSearch();
  if (!materialization) return null;
  if (materialization.intervals.length === 0) return <Never of={materialization} />;
  const whole = wholeOf(materialization, now);
  const usual = usualOf(materialization, now);
  const shown = within(whole, readSpan(zoom) ?? usual);
  return (
    <>
      {materialization.future && <Future of={materialization.future} />}
      <Suspense fallback={<div className={styles.chart} />}>
        <div className={styles.chart}>
          <Timeline
            of={materialization}
            whole={whole}
            shown={shown}
            onShow={(span) => change({ zoom: span ? writeSpan(span) : undefined })}
          />
        </div>
      </Suspense>
      <EntryTable
        of={materialization}
        onShow={(span) => change({ zoom: writeSpan(within(whole, around(span))) })}
      />
    </>
  );
}

function Never({ of: { online, offline } }: { of: Materialization }) {
  if (!online && !offline) return <None>It is neither online nor offline: it is never materialized.</None>;
  return (
    <None>
      No interval is recorded: it was never materialized{online && ', and the online store has nothing of it'}
      .
    </None>
  );
}

/** The interval that reaches beyond now: what it breaks, and how to mend it. */
function Future({ of: { end, breaks, remedy } }: { of: NonNullable<Materialization['future']> }) {
  const { now } = useSnapshot();
  return (
    <Message title={`An interval reaches into the future: it ends ${age(end, now)}`} tone="error">
      <p>{breaks}</p>
      {remedy !== '' && (
        <div className={styles.remedy}>
          <code>{remedy}</code>
          <CopyButton text={remedy} what="the command" />
        </div>
      )}
    </Message>
  );
}
