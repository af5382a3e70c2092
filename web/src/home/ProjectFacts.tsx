// What a project says of itself.
import { Age } from '../parts/Age.tsx';
import { TagChip } from '../parts/TagChip.tsx';
import type { ProjectSummary } from '../registry/api.ts';
import styles from './ProjectFacts.module.css';

export function ProjectFacts({ project, now }: { project: ProjectSummary; now: number }) {
  const { description, owner, tags, created, lastChange } = project;
  return (
    <div className={styles.facts}>
      {description !== '' && <p className={styles.description}>{description}</p>}
      <dl className={styles.list}>
        <div>
          <dt>Owner</dt>
          <dd>{owner || 'none'}</dd>
        </div>
        {lastChange !== null && (
          <div>
            <dt>Changed</dt>
            <dd>
              <Age at={lastChange} now={now} />
            </dd>
          </div>
        )}
        {created !== null && (
          <div>
            <dt>Created</dt>
            <dd>
              <Age at={created} now={now} />
            </dd>
          </div>
        )}
        {tags.length > 0 && (
          <div>
            <dt>Tags</dt>
            <dd className={styles.tags}>
              {tags.map((tag) => (
                <TagChip key={tag[0]} tag={tag} collection="projects" />
              ))}
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
