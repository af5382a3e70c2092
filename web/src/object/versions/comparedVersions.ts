// Which two versions are compared: those of the address, else the last two.
import type { VersionInfo } from '../../registry/api.ts';

export interface ComparedVersions {
  from: number;
  to: number;
}

/** null: there are no two. */
export function comparedVersions(
  versions: readonly Pick<VersionInfo, 'number'>[],
  from: number | undefined,
  to: number | undefined,
): ComparedVersions | null {
  const numbers = versions.map(({ number }) => number).sort((a, b) => a - b);
  if (numbers.length < 2) return null;
  const known = (number: number | undefined) =>
    number !== undefined && numbers.includes(number) ? number : undefined;
  const after = known(to) ?? (numbers.at(-1) as number);
  return { from: known(from) ?? beforeIt(numbers, after), to: after };
}

/** The version before one, or, of the first, the one after it. */
export function versionBefore(versions: readonly Pick<VersionInfo, 'number'>[], number: number): number {
  return beforeIt(
    versions.map(({ number }) => number).sort((a, b) => a - b),
    number,
  );
}

function beforeIt(sorted: readonly number[], number: number): number {
  const place = sorted.indexOf(number);
  return sorted[place === 0 ? 1 : place - 1] ?? number;
}
