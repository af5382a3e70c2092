// How long ago something was; the exact time on hover.
import { age, time } from './format.ts';

export function Age({ at, now }: { at: number; now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={time(at)}>
      {age(at, now)}
    </time>
  );
}
