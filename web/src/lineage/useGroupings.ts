// By what the things of a project can be grouped: the tags that it uses are offered.
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { useAnswer } from '../registry/useAnswer.ts';

const ALWAYS = [
  ['', 'nothing'],
  ['kind', 'kind'],
  ['owner', 'owner'],
] as const;

export function useGroupings(project: string): readonly (readonly [value: string, text: string])[] {
  const { now } = useSnapshot();
  const home = useAnswer('home', project, now);
  const tags = (home.state === 'failed' ? undefined : home.value?.tags) ?? [];
  const keys = new Set(tags.map(({ label }) => label.split('=')[0] ?? label));
  return [...ALWAYS, ...[...keys].sort().map((key) => [`tag:${key}`, `tag ${key}`] as const)];
}
