// Where the page is: project / list / object. The last part is the page itself.
import { Link, useParams } from '@tanstack/react-router';
import { useAddresses } from '../addresses.ts';
import { collectionInfo, kindOfSlug } from '../kinds/kinds.ts';
import styles from './Breadcrumb.module.css';

export function Breadcrumb({ here }: { here: string }) {
  const { project, kind, name } = useParams({ strict: false });
  const at = useAddresses();
  const collection = collectionInfo((kind && kindOfSlug(kind)?.collection) ?? kind ?? '');
  return (
    <nav aria-label="Breadcrumb" className={styles.breadcrumb}>
      <ol>
        <li>
          <Link {...at.home()} className="mono">
            {project === '*' ? 'all projects' : project}
          </Link>
        </li>
        {name !== undefined && collection && (
          <li>
            <Link {...at.list(collection.id)}>{collection.title.toLowerCase()}</Link>
          </li>
        )}
        <li aria-current="page" className={name === undefined ? undefined : 'mono'}>
          {here}
        </li>
      </ol>
    </nav>
  );
}
