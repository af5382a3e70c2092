// What somebody needs who gets the link to a comparison: a link carries addresses, never a file.
import type { OpenSnapshot } from '../registry/snapshots.ts';

export function linkNeeds(before: OpenSnapshot, after: OpenSnapshot): string {
  const files = [before, after].filter(({ origin }) => origin.from === 'file').map(({ name }) => name);
  const [one, other] = files;
  if (one === undefined) return 'The link opens both.';
  return other === undefined || one === other
    ? `Whoever gets the link has to open ${one} as well.`
    : `Whoever gets the link has to open both files: ${one} and ${other}.`;
}
