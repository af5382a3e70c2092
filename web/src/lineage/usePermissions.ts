// The names of a project's permissions.
import { useQuery } from '@tanstack/react-query';
import { registry } from '../registry/client.ts';
import { useSnapshot } from '../registry/SnapshotContext.ts';

/** A choice of more is none. */
const MOST = 500;

export function usePermissions(project: string): string[] {
  const { id, now } = useSnapshot();
  const names = useQuery({
    queryKey: [id, 'permission names', project],
    queryFn: async () => {
      const request = { collection: 'permissions', project, filter: '', sort: null, now } as const;
      const list = await registry.list(id, request);
      if (!list.ok) return [];
      const rows = await registry.rows(id, list.value.id, 0, MOST, []);
      await registry.closeList(id, list.value.id);
      return rows.map(({ ref }) => ref.name);
    },
  });
  return names.data ?? [];
}
