// Lineage is that of one project; which one, when all are looked at.
import { Link } from '@tanstack/react-router';
import { addresses } from '../addresses.ts';
import { Page } from '../frame/Page.tsx';
import { KindIcon } from '../kinds/KindIcon.tsx';
import { counted } from '../parts/format.ts';
import { Message } from '../parts/Message.tsx';
import { useSnapshot } from '../registry/SnapshotContext.ts';
import styles from './ChooseProject.module.css';

export function ChooseProject() {
  const { slug, summary } = useSnapshot();
  if (summary.projects.length === 0) {
    return (
      <Page title="Lineage">
        <Message title="There is nothing in this registry yet">It has no project.</Message>
      </Page>
    );
  }
  return (
    <Page title="Lineage">
      <p>Lineage is drawn for one project at a time.</p>
      <ul className={styles.projects}>
        {summary.projects.map(({ name, counts }) => (
          <li key={name}>
            <Link {...addresses(slug, name).lineage()} className={styles.project}>
              <KindIcon kind="Project" />
              <span className="mono">{name}</span>
              <span className={styles.counts}>
                {counted(counts['feature-views'], 'feature view')},{' '}
                {counted(counts['feature-services'], 'feature service')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
