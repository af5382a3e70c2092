// What is open from the start: the registry that `feast-registry ui` serves, and the snapshots that are
// part of the link: `?src=URL`, once or several times, and the example. An address is fetched by the
// person's browser, from where the link says, and from nowhere else.
import { ALL_PROJECTS, addresses, homeProject } from '../addresses.ts';
import { openLive } from '../live/live.ts';
import { openSnapshot } from '../registry/snapshots.ts';
import { EXAMPLE, exampleSource, urlSource } from './sources.ts';

/** Opens them, and gives the address to start at; null where nothing could be opened. */
export async function openAtStart() {
  const urls = new URLSearchParams(location.search).getAll('src');
  const isExample = location.hash.split(/[/?]/)[1] === EXAMPLE;
  const sources = [...urls.map(urlSource), ...(isExample ? [exampleSource()] : [])];
  const [live, ...opened] = await Promise.all([openLive(), ...sources.map(openSnapshot)]);
  if (live) return addresses(live.snapshot.slug, live.project ?? ALL_PROJECTS).home();
  const first = opened.find((snapshot) => snapshot?.state === 'open');
  return first?.state === 'open' ? homeProject(first) : null;
}

/** So that a copied link opens it again for whoever gets the link. */
export function keepSourceInAddress(url: string): void {
  const parameters = new URLSearchParams(location.search);
  if (parameters.getAll('src').includes(url)) return;
  parameters.append('src', url);
  history.replaceState(history.state, '', `${location.pathname}?${parameters}${location.hash}`);
}
