// The permissions that apply to an object: who may do what with it, and why.
import { CodeText } from '../parts/CodeText.tsx';
import { ThingLink } from '../parts/ThingLink.tsx';
import type { ObjectPage, PermissionUse } from '../registry/api.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import { None } from './None.tsx';
import { Table, type TableColumn } from './Table.tsx';
import { Words } from './Words.tsx';

const COLUMNS: readonly TableColumn<PermissionUse>[] = [
  { title: 'Permission', cell: ({ ref }) => <ThingLink to={ref} /> },
  { title: 'May', cell: ({ actions }) => <Words of={actions} none="nothing" /> },
  { title: 'Who', cell: ({ who }) => <Words of={who} none="everyone" /> },
  { title: 'Why it applies', cell: ({ why }) => <CodeText>{why}</CodeText> },
];

export function PermissionsSection({ page: { ref, permissions } }: { page: ObjectPage }) {
  const { summary } = useSnapshot();
  if (permissions.length === 0) {
    const counts = summary.projects.find(({ name }) => name === ref.project)?.counts;
    return (
      <None>
        {counts?.permissions
          ? 'No permission applies to it. Where Feast’s servers check permissions, nobody may use it.'
          : 'The project has no permissions: everyone may do everything.'}
      </None>
    );
  }
  return <Table label="Permissions" columns={COLUMNS} rows={permissions} keyOf={({ ref }) => ref.name} />;
}
