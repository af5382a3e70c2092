// An object beside the list, without leaving it.

import { Link } from '@tanstack/react-router';
import { ExternalLink, X } from 'lucide-react';
import { useEffect } from 'react';
import { useAddresses } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { kindInfo, shortName } from '../kinds/kinds.ts';
import { Answered } from '../parts/Answered.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { Message } from '../parts/Message.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Ref } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';
import styles from './Peek.module.css';
import { FeatureSummary, ObjectSummary } from './PeekSummary.tsx';
import { peekedRef } from './peekAddress.ts';
import { useListSearch } from './useListSearch.ts';

export function Peek({ address }: { address: string }) {
  const [, change] = useListSearch();
  const ref = peekedRef(address);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) change({ peek: undefined });
    };
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [change]);
  return (
    <aside className={styles.peek} aria-label="Peek">
      {ref ? <Peeked of={ref} /> : <Message title="There is no such thing to peek at" />}
      <div className={styles.close}>
        <IconButton label="Close the peek (Escape)" icon={X} onClick={() => change({ peek: undefined })} />
      </div>
    </aside>
  );
}

function Peeked({ of: ref }: { of: Ref }) {
  const at = useAddresses();
  return (
    <>
      <header className={styles.header}>
        <p className={styles.kind}>
          <KindIcon kind={ref.kind} />
          {kindInfo(ref.kind).singular}
        </p>
        <h2 className={styles.name}>
          <Link {...at.thing(ref)}>
            {shortName(ref)} <ExternalLink size={12} aria-hidden="true" />
          </Link>
        </h2>
      </header>
      {ref.kind === 'Feature' ? <PeekedFeature of={ref} /> : <PeekedObject of={ref} />}
    </>
  );
}

function PeekedObject({ of: ref }: { of: Ref }) {
  const { now } = useSnapshot();
  const answer = useAnswer('object', ref, now);
  return (
    <Answered of={answer} skeleton={<Skeleton lines={8} />}>
      {(page) => <ObjectSummary page={page} now={now} />}
    </Answered>
  );
}

function PeekedFeature({ of: ref }: { of: Ref }) {
  const { now } = useSnapshot();
  const answer = useAnswer('feature', ref, now);
  return (
    <Answered of={answer} skeleton={<Skeleton lines={8} />}>
      {(page) => <FeatureSummary page={page} />}
    </Answered>
  );
}
