// What a thing's page shows of its answer. A thing that is not in the snapshot gets ways to find it.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAddresses } from '../addresses.ts';
import { kindInfo, shortName } from '../kinds/kinds.ts';
import { Answered } from '../parts/Answered.tsx';
import { Message } from '../parts/Message.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import type { Ref } from '../registry/api.ts';
import type { Answer } from '../registry/useAnswer.ts';

interface Props<T> {
  of: Answer<T>;
  thing: Ref;
  children: (value: T) => ReactNode;
}

export function AnsweredThing<T>({ of: answer, thing, children }: Props<T>) {
  if (answer.state === 'failed' && answer.problem.code === 'not-found') return <Missing thing={thing} />;
  return (
    <Answered of={answer} skeleton={<Skeleton lines={12} />}>
      {children}
    </Answered>
  );
}

function Missing({ thing }: { thing: Ref }) {
  const at = useAddresses();
  const { singular, plural, collection } = kindInfo(thing.kind);
  return (
    <Message title={`This snapshot has no ${singular} of that name in the project ${thing.project}`}>
      It may have been deleted or renamed, or it is in another project.{' '}
      <Link {...at.search(shortName(thing))}>Search for {shortName(thing)}</Link>
      {collection && (
        <>
          {' or '}
          <Link {...at.list(collection)}>look through all {plural}</Link>
        </>
      )}
      .
    </Message>
  );
}
