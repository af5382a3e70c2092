// Opening what a person chose: all of it, and showing the first.
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { homeProject } from '../addresses.ts';
import { type OpenSnapshot, openSnapshot, type Source } from '../registry/snapshots.ts';
import { keepSourceInAddress } from './openAtStart.ts';
import { remember } from './recent.ts';

export function useOpen(): (sources: readonly Source[]) => Promise<void> {
  const navigate = useNavigate();
  const { snapshot: wanted } = useParams({ strict: false });
  const { with: compared } = useSearch({ strict: false });
  return async (sources) => {
    const opened = await Promise.all(sources.map(openSource));
    const shown = opened.find((snapshot) => snapshot !== null);
    // A link may have waited for just this file.
    if (opened.some((snapshot) => snapshot && [wanted, compared].includes(snapshot.slug))) return;
    if (shown) await navigate(homeProject(shown));
    else if (wanted !== undefined) await navigate({ to: '/' });
  };
}

/** Opens one, and shows nothing of it. */
export async function openSource(source: Source): Promise<OpenSnapshot | null> {
  const opened = await openSnapshot(source);
  if (opened?.state !== 'open') return null;
  if (source.origin.from === 'url') keepSourceInAddress(source.origin.url);
  await remember(opened);
  return opened;
}
