// The versions, latest first. A click compares one with the one before it.

import { Age } from '../../parts/Age.tsx';
import { counted } from '../../parts/format.ts';
import type { VersionInfo } from '../../registry/api.ts';
import { useSnapshot } from '../../registry/SnapshotContext.ts';
import { Folded } from '../Folded.tsx';
import { type ComparedVersions, versionBefore } from './comparedVersions.ts';
import styles from './VersionList.module.css';

interface Props {
  versions: readonly VersionInfo[];
  compared: ComparedVersions | null;
  onCompare: (compared: ComparedVersions) => void;
}

export function VersionList({ versions, compared, onCompare }: Props) {
  const latestFirst = [...versions].sort((a, b) => b.number - a.number);
  return (
    <div className={styles.list}>
      <Folded id="versions" of={latestFirst} first={12}>
        {(shown) => (
          <ol aria-label={counted(versions.length, 'version')}>
            {shown.map((version) => (
              <li key={version.number}>
                <Version
                  version={version}
                  isCompared={version.number === compared?.to || version.number === compared?.from}
                  isChosen={version.number === compared?.to}
                  onChoose={() =>
                    onCompare({ from: versionBefore(versions, version.number), to: version.number })
                  }
                />
              </li>
            ))}
          </ol>
        )}
      </Folded>
    </div>
  );
}

interface VersionProps {
  version: VersionInfo;
  isCompared: boolean;
  isChosen: boolean;
  onChoose: () => void;
}

function Version({ version, isCompared, isChosen, onChoose }: VersionProps) {
  const { number, created, description, isCurrent, damaged } = version;
  const { now } = useSnapshot();
  return (
    <button
      type="button"
      className={styles.version}
      aria-pressed={isChosen}
      data-compared={isCompared}
      onClick={onChoose}
    >
      <span className={styles.number}>v{number}</span>
      <span className={styles.words}>
        {created > 0 && <Age at={created} now={now} />}
        {isCurrent && <span className={styles.current}>current</span>}
        {damaged && <span className={styles.damaged}>damaged</span>}
        {description !== '' && <span className={styles.description}>{description}</span>}
      </span>
    </button>
  );
}
