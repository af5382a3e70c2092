// The versions of a view: the list of them on the left, what is different between any two on the right.
import { Answered } from '../../parts/Answered.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import type { ObjectPage, VersionInfo } from '../../registry/api.ts';
import { useAnswer } from '../../registry/useAnswer.ts';
import { None } from '../None.tsx';
import { useObjectSearch } from '../useObjectSearch.ts';
import { type ComparedVersions, comparedVersions } from './comparedVersions.ts';
import { VersionComparison } from './VersionComparison.tsx';
import { VersionList } from './VersionList.tsx';
import styles from './VersionsSection.module.css';

export function VersionsSection({ page: { ref } }: { page: ObjectPage }) {
  const answer = useAnswer('versions', ref);
  return (
    <Answered of={answer} skeleton={<Skeleton lines={4} />}>
      {(versions) => <Versions page={ref} versions={versions} />}
    </Answered>
  );
}

function Versions({ page: ref, versions }: { page: ObjectPage['ref']; versions: readonly VersionInfo[] }) {
  const [{ from, to }, change] = useObjectSearch();
  if (versions.length === 0)
    return <None>No version of it is recorded. Feast records one with each apply that changes it.</None>;
  const compared = comparedVersions(versions, from, to);
  const show = (compared: ComparedVersions) => change(compared);
  return (
    <div className={styles.versions}>
      <VersionList versions={versions} compared={compared} onCompare={show} />
      {compared ? (
        <VersionComparison of={ref} versions={versions} compared={compared} onCompare={show} />
      ) : (
        <None>There is one version only: nothing to compare it with.</None>
      )}
    </div>
  );
}
