// What looks wrong, for the navigation and the home page. Looking through a large registry takes the
// worker a while, so it is asked when what was asked for by the person has been answered.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Health } from './api.ts';
import type { OpenSnapshot } from './snapshots.ts';
import { type Answer, answerOf, answers, question } from './useAnswer.ts';

const PAUSE_MS = 500;
/** So many findings the home page shows. */
const SHOWN = 8;

/** The counts, and so many findings; both who show some of it ask for the same, so that it is looked for once. */
export function useHealth({ id, now }: OpenSnapshot, project: string | null): Answer<Health> {
  const isQuiet = useQuiet();
  return answerOf(useQuery({ ...question(id, 'health', project, now, SHOWN), enabled: isQuiet }));
}

/** Whether nothing has been asked for a moment, since this component came into view. */
function useQuiet(): boolean {
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => {
    if (isQuiet) return;
    const look = setInterval(() => answers.isFetching() === 0 && setQuiet(true), PAUSE_MS);
    return () => clearInterval(look);
  }, [isQuiet]);
  return isQuiet;
}
