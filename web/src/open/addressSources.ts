// `?src=URL`, once or several times: snapshots that are part of the link. They are fetched by the
// person's browser, from where the link says, and from nowhere else.
import { type OpenSnapshot, openSnapshot } from '../registry/snapshots.ts';
import { urlSource } from './sources.ts';

/** Opens them, and gives the first that could be. */
export async function openAddressSources(): Promise<OpenSnapshot | null> {
  const urls = new URLSearchParams(location.search).getAll('src');
  const opened = await Promise.all(urls.map((url) => openSnapshot(urlSource(url))));
  return opened.find((snapshot) => snapshot?.state === 'open') ?? null;
}

/** So that a copied link opens it again for whoever gets the link. */
export function keepSourceInAddress(url: string): void {
  const parameters = new URLSearchParams(location.search);
  if (parameters.getAll('src').includes(url)) return;
  parameters.append('src', url);
  history.replaceState(history.state, '', `${location.pathname}?${parameters}${location.hash}`);
}
