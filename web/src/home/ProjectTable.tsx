// All projects of the snapshot, side by side.
import { Link } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { Age } from '../parts/Age.tsx';
import { count } from '../parts/format.ts';
import { Section } from '../parts/Section.tsx';
import type { CollectionId, ProjectSummary } from '../registry/api.ts';
import styles from './ProjectTable.module.css';

const COUNTED: readonly [CollectionId, title: string][] = [
  ['feature-views', 'Views'],
  ['features', 'Features'],
  ['data-sources', 'Sources'],
  ['entities', 'Entities'],
  ['feature-services', 'Services'],
];
/** More are in the list of projects. */
const SHOWN = 12;

export function ProjectTable({ projects, now }: { projects: ProjectSummary[]; now: number }) {
  const at = useAddresses();
  const aside = projects.length > SHOWN && (
    <Link {...at.list('projects')}>All {count(projects.length)} projects</Link>
  );
  return (
    <Section title="Projects" aside={aside}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Project</th>
              <th scope="col">Owner</th>
              {COUNTED.map(([id, title]) => (
                <th key={id} scope="col" className={styles.figure}>
                  {title}
                </th>
              ))}
              <th scope="col" className={styles.figure}>
                Stale
              </th>
              <th scope="col" className={styles.figure}>
                Changed
              </th>
            </tr>
          </thead>
          <tbody>
            {projects.slice(0, SHOWN).map((project) => (
              <Row key={project.name} project={project} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Row({
  project: { name, owner, counts, stale, lastChange },
  now,
}: {
  project: ProjectSummary;
  now: number;
}) {
  const at = useAddresses();
  return (
    <tr>
      <th scope="row">
        <Link {...at.home(name)} className={styles.name}>
          <KindIcon kind="Project" />
          {name}
        </Link>
      </th>
      <td>{owner}</td>
      {COUNTED.map(([id]) => (
        <td key={id} className={styles.figure}>
          {count(counts[id])}
        </td>
      ))}
      <td className={styles.figure} data-warning={stale > 0}>
        {count(stale)}
      </td>
      <td className={styles.figure}>{lastChange !== null && <Age at={lastChange} now={now} />}</td>
    </tr>
  );
}
