// Everything within is about one snapshot: its questions go there, and its links stay there.
import { type ReactNode, useMemo } from 'react';
import { AddressesContext, ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { SnapshotContext } from '../registry/SnapshotContext.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';

export function InSnapshot({ snapshot, children }: { snapshot: OpenSnapshot; children: ReactNode }) {
  const { slug } = snapshot;
  const project = useProject() ?? ALL_PROJECTS;
  const at = useMemo(() => addresses(slug, project), [slug, project]);
  return (
    <SnapshotContext value={snapshot}>
      <AddressesContext value={at}>{children}</AddressesContext>
    </SnapshotContext>
  );
}
