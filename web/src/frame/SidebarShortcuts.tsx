// `g` and a letter: the ways of the navigation by keyboard.
import { type LinkProps, useNavigate } from '@tanstack/react-router';
import { ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { COLLECTIONS } from '../kinds/kinds.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import { useShortcut } from './shortcuts.ts';

export function SidebarShortcuts({ snapshot }: { snapshot: OpenSnapshot | null }) {
  const project = useProject() ?? ALL_PROJECTS;
  if (!snapshot) return <Way id="go-open" address={{ to: '/' }} />;
  const at = addresses(snapshot.slug, project);
  return (
    <>
      <Way id="go-open" address={{ to: '/' }} />
      <Way id="go-home" address={at.home()} />
      <Way id="go-lineage" address={at.lineage()} />
      <Way id="go-health" address={at.health()} />
      <Way id="go-compare" address={at.compare()} />
      {COLLECTIONS.map(({ id }) => (
        <Way
          key={id}
          id={`go-${id}`}
          address={id === 'projects' ? addresses(snapshot.slug, ALL_PROJECTS).list(id) : at.list(id)}
        />
      ))}
    </>
  );
}

function Way({ id, address }: { id: string; address: LinkProps }) {
  const navigate = useNavigate();
  useShortcut(id, () => void navigate(address));
  return null;
}
