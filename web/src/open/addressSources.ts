// Snapshots that are part of a link: `?src=URL`, once or several times, and the example. An address is
// fetched by the person's browser, from where the link says, and from nowhere else.
import { type OpenSnapshot, openSnapshot } from '../registry/snapshots.ts';
import { EXAMPLE, exampleSource, urlSource } from './sources.ts';

/** Opens them, and gives the first that could be. */
export async function openAddressSources(): Promise<OpenSnapshot | null> {
  const sources = new URLSearchParams(location.search).getAll('src').map(urlSource);
  const isExample = location.hash.split(/[/?]/)[1] === EXAMPLE;
  const opened = await Promise.all([...sources, ...(isExample ? [exampleSource()] : [])].map(openSnapshot));
  return opened.find((snapshot) => snapshot?.state === 'open') ?? null;
}

/** So that a copied link opens it again for whoever gets the link. */
export function keepSourceInAddress(url: string): void {
  const parameters = new URLSearchParams(location.search);
  if (parameters.getAll('src').includes(url)) return;
  parameters.append('src', url);
  history.replaceState(history.state, '', `${location.pathname}?${parameters}${location.hash}`);
}
