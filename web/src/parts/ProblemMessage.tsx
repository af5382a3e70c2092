// A problem as the core tells it: what happened, and what to do.
import type { ReactNode } from 'react';
import type { Problem } from '../registry/api.ts';
import { Message } from './Message.tsx';

interface Props {
  problem: Problem;
  /** What failed, where the problem does not say: `registry.db could not be opened`. */
  title?: string;
  isAlone?: boolean;
  children?: ReactNode;
}

export function ProblemMessage({ problem: { message, hint }, title, isAlone = false, children }: Props) {
  const sentence = (text: string) =>
    `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
  return (
    <Message title={title ?? sentence(message)} tone="error" isAlone={isAlone}>
      {title && <p>{sentence(message)}</p>}
      {hint && <p>{sentence(hint)}</p>}
      {children}
    </Message>
  );
}
