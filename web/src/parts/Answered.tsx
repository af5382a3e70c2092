// What a page shows of an answer: its skeleton while there is none, the problem, or the content.
import type { ReactNode } from 'react';
import type { Answer } from '../registry/useAnswer.ts';
import { ProblemMessage } from './ProblemMessage.tsx';

interface Props<T> {
  of: Answer<T>;
  skeleton: ReactNode;
  children: (value: T) => ReactNode;
}

/** The previous answer stays in view while the next one is on its way. */
export function Answered<T>({ of: answer, skeleton, children }: Props<T>) {
  if (answer.state === 'failed') return <ProblemMessage problem={answer.problem} />;
  if (answer.value === undefined) return skeleton;
  return children(answer.value);
}
