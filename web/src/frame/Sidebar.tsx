// The left column: which snapshot, which project, and the ways into it.
import { Link, useNavigate } from '@tanstack/react-router';
import { Activity, FolderOpen, House, Waypoints } from 'lucide-react';
import { useId } from 'react';
import { ALL_PROJECTS, addresses, useProject } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { COLLECTIONS } from '../kinds/kinds.ts';
import { count } from '../parts/format.ts';
import type { OpenSnapshot } from '../registry/snapshots.ts';
import { totals } from '../registry/totals.ts';
import { useHealth } from '../registry/useHealth.ts';
import { NavigationLink } from './NavigationLink.tsx';
import styles from './Sidebar.module.css';
import { SnapshotList } from './SnapshotList.tsx';

export function Sidebar({ snapshot, isMenuOpen }: { snapshot: OpenSnapshot | null; isMenuOpen: boolean }) {
  return (
    <aside id="navigation" aria-label="Snapshots" className={styles.sidebar} data-open={isMenuOpen}>
      <Link to="/" className={styles.brand}>
        Feast registry
      </Link>
      <SnapshotList shown={snapshot} />
      <Link to="/" className={styles.open}>
        <FolderOpen size={14} aria-hidden="true" />
        {snapshot ? 'Open another' : 'Open a snapshot'}
      </Link>
      {snapshot && <Inside snapshot={snapshot} />}
    </aside>
  );
}

function Inside({ snapshot }: { snapshot: OpenSnapshot }) {
  const project = useProject();
  const at = addresses(snapshot.slug, project ?? ALL_PROJECTS);
  const { counts } = totals(snapshot.summary, project);
  return (
    <>
      <ProjectChoice snapshot={snapshot} project={project} />
      <nav aria-label="Registry" className={styles.links}>
        <NavigationLink
          icon={<House size={14} aria-hidden="true" />}
          label="Home"
          address={at.home()}
          exact
        />
        {COLLECTIONS.filter(({ id }) => id !== 'projects' || project === null).map(({ id, title, kind }) => (
          <NavigationLink
            key={id}
            icon={<KindIcon kind={kind} />}
            label={title}
            address={at.list(id)}
            count={count(counts[id])}
          />
        ))}
        <NavigationLink
          icon={<Waypoints size={14} aria-hidden="true" />}
          label="Lineage"
          address={at.lineage()}
        />
        <HealthLink snapshot={snapshot} project={project} />
      </nav>
    </>
  );
}

function HealthLink({ snapshot, project }: { snapshot: OpenSnapshot; project: string | null }) {
  const health = useHealth(snapshot, project);
  const counts = health.state === 'ready' ? health.value.counts : { error: 0, warning: 0 };
  const serious = counts.error + counts.warning;
  return (
    <NavigationLink
      icon={<Activity size={14} aria-hidden="true" />}
      label="Health"
      address={addresses(snapshot.slug, project ?? ALL_PROJECTS).health()}
      count={serious > 0 ? count(serious) : undefined}
      isWarning
    />
  );
}

function ProjectChoice({ snapshot, project }: { snapshot: OpenSnapshot; project: string | null }) {
  const navigate = useNavigate();
  const id = useId();
  const { projects } = snapshot.summary;
  return (
    <div className={styles.project}>
      <label htmlFor={id}>Project</label>
      <select
        id={id}
        value={project ?? ALL_PROJECTS}
        onChange={(event) => void navigate(addresses(snapshot.slug, event.target.value).home())}
      >
        <option value={ALL_PROJECTS}>All projects ({projects.length})</option>
        {projects.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
