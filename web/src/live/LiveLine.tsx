// Under the name of the live registry: that it is live, or since when it cannot be reached.
import { time } from '../parts/format.ts';
import styles from './LiveLine.module.css';
import { useLiveState } from './live.ts';

export function LiveLine() {
  const state = useLiveState();
  if (!state) return null;
  if (state.reachable) {
    return (
      <p className={styles.live} title={`As of ${time(state.asOf)}`}>
        Live: follows changes
      </p>
    );
  }
  return (
    <p className={styles.gone} role="status" title={state.problem?.hint ?? undefined}>
      Shown as of {time(state.asOf)}: {state.problem?.message ?? 'the registry cannot be reached'}
    </p>
  );
}
