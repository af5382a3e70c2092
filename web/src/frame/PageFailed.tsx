// A page that could not be drawn: a defect of ours.
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemMessage } from '../parts/ProblemMessage.tsx';
import { defect } from '../registry/client.ts';

export function PageFailed({ error }: ErrorComponentProps) {
  return <ProblemMessage problem={defect(error)} isAlone />;
}
